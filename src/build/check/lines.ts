// Which lines of the file an instruction takes.

import type { Instruction } from '../../../grammar/index.ts';
import type { Lines } from './model.ts';

/** The lines of an instruction, its heredocs included. */
export function linesOf({ range, raw }: Instruction): Lines {
  const start = range.start.line;
  return { start, end: start + (raw.replace(/\r?\n$/, '').match(/\n/g)?.length ?? 0) };
}
