// Writes the syntax diagrams: node grammar/diagrams/write.ts FILE

import { writeFileSync } from 'node:fs';
import { DockerfileParser } from '../parser.ts';
import { WordParser } from '../words/parser.ts';
import { page } from './page.ts';

const [, , file = 'docs/grammar.html'] = process.argv;

writeFileSync(
  file,
  page([
    { title: 'Files and instructions', rules: new DockerfileParser().getSerializedGastProductions() },
    { title: 'Words', rules: new WordParser().getSerializedGastProductions() },
  ]),
);
