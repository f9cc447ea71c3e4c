// `npm run fuzz`: mutated Dockerfiles, read in worker processes with bounded time and memory; what fails is saved and made small.
// Use: npm run fuzz -- [--minutes 10] [--seed N] [--workers 2] [--out FOLDER]

import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inputAt, readCorpus } from './input.ts';
import { minimise } from './minimise.ts';
import type { Message, Timed } from './worker.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    workers: { type: 'string', default: String(availableParallelism()) },
    out: { type: 'string', default: join(tmpdir(), 'caisson-fuzz') },
  },
});

/** An input may take this long, whatever its size; the start of a worker that long. */
const limitSeconds = 5;
const startSeconds = 60;
/** Megabytes of a worker's heap. */
const heap = 512;

const seed = Number(values.seed);
const workers = Number(values.workers);
const end = performance.now() + Number(values.minutes) * 60_000;
const corpus = readCorpus();
const folder = mkdtempSync(join(tmpdir(), 'caisson-fuzz-'));
const worker = new URL('worker.ts', import.meta.url);
const failures = new Map<number, string>();
let inputs = 0;
let memory = 0;
let slowest: Timed = { index: 0, milliseconds: 0 };

process.stdout.write(`seed ${seed}, ${corpus.length} files, ${workers} workers, ${values.minutes} minutes\n`);
try {
  await Promise.all(Array.from({ length: workers }, (_, index) => watch(index)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const { index, milliseconds } = slowest;
process.stdout.write(
  `${inputs} inputs, ${failures.size} failures, peak memory of a worker ${Math.round(memory / 1e6)} MB\n` +
    `slowest: input ${index} of ${inputAt(corpus, seed, index).length} characters, ${milliseconds.toFixed(0)} ms\n`,
);
const saved = [...failures].map(([failed, error]) => save(failed, error));
for (const path of saved) shrink(path);
if (failures.size > 0) process.exitCode = 1;

/** Keeps one worker running until the end; one that dies or hangs is replaced, beyond the input it was at. */
async function watch(number: number): Promise<void> {
  const progress = join(folder, String(number));
  for (let next = number; performance.now() < end; ) {
    // Blanks before the number: the worker is starting; behind it: it is at that input.
    writeFileSync(progress, String(next).padStart(16));
    const reason = await runWorker(next, progress);
    next = Number(readFileSync(progress, 'utf8')) + workers;
    if (reason) failures.set(next - workers, reason);
  }
}

/** Runs a worker; gives why it stopped unless its time was over. */
function runWorker(first: number, progress: string): Promise<string | undefined> {
  const args = [seed, first, workers, progress].map(String);
  const child = fork(worker, args, { execArgv: [`--max-old-space-size=${heap}`], stdio: 'inherit' });
  let reason: string | undefined;
  let heard = performance.now();
  let seen = '';
  const timer = setInterval(() => {
    const now = readFileSync(progress, 'utf8');
    if (now !== seen) heard = performance.now();
    seen = now;
    const limit = now.startsWith(' ') ? startSeconds : limitSeconds;
    if (performance.now() - heard > limit * 1000) reason = `took longer than ${limit} s`;
    if (reason || performance.now() > end) child.kill('SIGKILL');
  }, 200);
  child.on('message', (message: Message) => {
    if (message.kind === 'failure') failures.set(message.index, message.error);
    else take(message);
  });
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      clearInterval(timer);
      resolve(reason ?? (performance.now() > end ? undefined : `the process ended with ${signal ?? code}`));
    });
  });
}

function take(message: Extract<Message, { kind: 'progress' }>): void {
  inputs += message.count;
  memory = Math.max(memory, message.memory);
  if (message.slowest.milliseconds > slowest.milliseconds) slowest = message.slowest;
}

/** Writes the input that failed. */
function save(failed: number, error: string): string {
  mkdirSync(values.out, { recursive: true });
  const path = join(values.out, `${seed}-${failed}`);
  writeFileSync(`${path}.Dockerfile`, inputAt(corpus, seed, failed));
  process.stdout.write(`${path}.Dockerfile: ${error.split('\n', 1)[0]}\n`);
  return path;
}

/** Writes the smallest part of an input that still fails. */
function shrink(path: string): void {
  const text = readFileSync(`${path}.Dockerfile`, 'utf8');
  const small = minimise(text, { worker, heap, seconds: 4 * limitSeconds, scratch: `${path}.try` });
  writeFileSync(`${path}.min.Dockerfile`, small);
  process.stdout.write(`${path}.min.Dockerfile: ${small.length} of ${text.length} characters\n`);
}
