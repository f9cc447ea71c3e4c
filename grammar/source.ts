// Offsets of a source text as lines and columns.

import type { Position, Range } from './ast.ts';

/** Turns offsets of one source into positions. */
export interface Source {
  readonly text: string;
  position(offset: number): Position;
  range(start: number, end: number): Range;
}

/** Indexes the lines of a text. */
export function indexSource(text: string): Source {
  const starts = lineStarts(text);
  let latest = 0;
  const position = (offset: number): Position => {
    latest = lineAt(starts, offset, latest);
    return { offset, line: latest + 1, column: offset - (starts[latest] ?? 0) + 1 };
  };
  return { text, position, range: (start, end) => ({ start: position(start), end: position(end) }) };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

// Most look-ups are for the line of the one before or the next; only others pay for the binary search.
function lineAt(starts: readonly number[], offset: number, guess: number): number {
  for (let line = guess; line < guess + 2; line++) {
    if ((starts[line] ?? Infinity) <= offset && offset < (starts[line + 1] ?? Infinity)) return line;
  }
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low;
}
