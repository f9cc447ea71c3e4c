// `npm run properties`: the tests that are properties, each time with another seed; prints what failed and its seed.
// Use: npm run properties -- [--minutes 10] [--seed N] [--workers 2] [FILE...]

import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const files =
  positionals.length > 0 ? positionals : globSync('test/**/*.test.ts', { cwd }).filter(isProperty);
const end = performance.now() + Number(values.minutes) * 60_000;
const failed: number[] = [];
let seed = Number(values.seed);
let rounds = 0;

await Promise.all(Array.from({ length: Number(values.workers) }, work));
process.stdout.write(
  `${rounds} seeds for ${files.length} files, ${failed.length} failed: ${failed.join(' ')}\n`,
);
if (failed.length > 0) process.exitCode = 1;

function isProperty(file: string): boolean {
  return /support\/property\.ts|\/soup\.ts/.test(readFileSync(`${cwd}/${file}`, 'utf8'));
}

async function work(): Promise<void> {
  while (performance.now() < end) await round(seed++);
}

/** Runs all files with a seed; what a failing run says is printed. */
async function round(number: number): Promise<void> {
  const args = ['--disable-warning=ExperimentalWarning', '--import', './test/support/tsx.ts', '--test'];
  const child = spawn(process.execPath, [...args, '--test-concurrency=1', ...files], {
    cwd,
    env: { ...process.env, CAISSON_PROPERTY_SEED: String(number) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const output = await text(child.stdout);
  rounds++;
  if ((await ended) === 0) return;
  failed.push(number);
  process.stdout.write(`seed ${number}\n${output.slice(output.indexOf('failing tests'))}\n`);
}
