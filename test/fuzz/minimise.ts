// Makes a failing input small: takes pieces away as long as a worker still fails on the rest.

import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How an input is tried. */
export interface Trial {
  readonly worker: URL;
  /** Megabytes of its heap. */
  readonly heap: number;
  readonly seconds: number;
  /** Path of the file that holds the input meanwhile. */
  readonly scratch: string;
}

const mostTrials = 300;

/** The smallest failing part of a text that halving finds. */
export function minimise(text: string, trial: Trial): string {
  let left = text;
  let trials = 0;
  for (let size = Math.ceil(text.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length && trials < mostTrials; ) {
      const shorter = left.slice(0, at) + left.slice(at + size);
      trials++;
      if (fails(shorter, trial)) left = shorter;
      else at += size;
    }
  }
  rmSync(trial.scratch, { force: true });
  return left;
}

function fails(text: string, { worker, heap, seconds, scratch }: Trial): boolean {
  writeFileSync(scratch, text);
  const args = [`--max-old-space-size=${heap}`, fileURLToPath(worker), scratch];
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore', timeout: seconds * 1000 });
  return status !== 0;
}
