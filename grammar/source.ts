// Offsets of a source text as lines and columns.

import type { Position, Range } from './ast.ts';

/** A stretch of a source: its text, and what its offsets are in the whole. */
export interface Source {
  readonly text: string;
  position(offset: number): Position;
  range(start: number, end: number): Range;
}

/** A source whose lines are indexed; `part` gives a stretch of it, with offsets of its own. */
export interface SourceIndex extends Source {
  part(start: number, end: number): Source;
}

/** Indexes the lines of a text. */
export function indexSource(text: string): SourceIndex {
  const positionAt = positions(lineStarts(text));
  const part = (start: number, end: number): Source => {
    const position = (offset: number) => positionAt(start + offset);
    const range = (from: number, to: number) => ({
      start: positionAt(start + from),
      end: positionAt(start + to),
    });
    return { text: text.slice(start, end), position, range };
  };
  return { ...part(0, text.length), part };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

const remembered = 16;

// Nodes that begin or end together share their position: half of a tree would be positions otherwise.
function positions(starts: readonly number[]): (offset: number) => Position {
  const recent: Position[] = new Array<Position>(remembered).fill({ offset: -1, line: 0, column: 0 });
  let latest = 0;
  return (offset) => {
    const known = recent[offset % remembered];
    if (known?.offset === offset) return known;
    latest = lineAt(starts, offset, latest);
    const position = { offset, line: latest + 1, column: offset - (starts[latest] ?? 0) + 1 };
    recent[offset % remembered] = position;
    return position;
  };
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
