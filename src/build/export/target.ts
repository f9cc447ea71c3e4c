// Where an output goes: a file that appears when it is whole, or standard output.

import type { Writable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';

/** A path, or the stream for `-`. Throws `TERMINAL_OUTPUT` when that is a terminal. */
export function outputTarget(destination: string, stdout: Writable = process.stdout): string | Writable {
  if (destination !== '-') return destination;
  if (!('isTTY' in stdout) || stdout.isTTY !== true) return stdout;
  throw new CaissonError('TERMINAL_OUTPUT', 'An archive is not written to a terminal', {
    hint: 'Name a file with dest=, or redirect the output.',
  });
}
