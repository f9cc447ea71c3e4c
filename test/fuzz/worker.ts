// One process of the fuzzer: checks the inputs it is given by number, or those of one file.
// Use: worker.ts FILE | worker.ts SEED FIRST STEP PROGRESS-FILE

import { openSync, readFileSync, writeSync } from 'node:fs';
import { checkInput } from './check.ts';
import { inputAt, readCorpus } from './input.ts';

/** What a worker tells: how far it is, and its slowest input, or the input that failed. */
export type Message =
  | { readonly kind: 'progress'; readonly count: number; readonly slowest: Timed; readonly memory: number }
  | { readonly kind: 'failure'; readonly index: number; readonly error: string };

/** An input and how long it took. */
export interface Timed {
  readonly index: number;
  readonly milliseconds: number;
}

const [file = '', first, step, progress = ''] = process.argv.slice(2);
if (first === undefined) checkInput(readFileSync(file, 'utf8'));
else await fuzz(Number(file), Number(first), Number(step), openSync(progress, 'r+'));

async function fuzz(seed: number, start: number, by: number, descriptor: number): Promise<void> {
  const corpus = readCorpus();
  let slowest: Timed = { index: start, milliseconds: 0 };
  let told = performance.now();
  let count = 0;
  for (let index = start; ; index += by) {
    // The watcher reads here which input is at work when this process hangs or dies.
    writeSync(descriptor, `${index}`.padEnd(16), 0);
    const began = performance.now();
    try {
      checkInput(inputAt(corpus, seed, index));
    } catch (error) {
      process.send?.({ kind: 'failure', index, error: String(error) } satisfies Message);
    }
    const milliseconds = performance.now() - began;
    count++;
    if (milliseconds > slowest.milliseconds) slowest = { index, milliseconds };
    if (performance.now() - told < 500) continue;
    const { rss: memory } = process.memoryUsage();
    process.send?.({ kind: 'progress', count, slowest, memory } satisfies Message);
    count = 0;
    told = performance.now();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
