// A worker for the test of the minimiser: fails on files that have an "x".

import { readFileSync } from 'node:fs';

process.exitCode = readFileSync(process.argv[2] ?? '', 'utf8').includes('x') ? 1 : 0;
