// Tokens of heredoc bodies: whole lines, up to the one that is the delimiter.

import { createToken, Lexer } from 'chevrotain';
import type { HeredocMark } from '../heredoc-marks.ts';
import { state } from '../state.ts';
import { sourceToken } from '../token.ts';

/** The lines of a body; there is none when it is empty. */
export const HeredocBody = sourceToken('HeredocBody', (source, at) => {
  const end = bodyEnd(source, at);
  return end < source.length ? end : undefined;
});

/** The rest of a file that ends in a heredoc. */
export const HeredocTail = sourceToken('HeredocTail', (source) => source.length);

/** The line that ends a heredoc. */
export const HeredocEnd = createToken({ name: 'HeredocEnd', pattern: Lexer.NA });

/** The end of a heredoc after which the next begins. */
export const HeredocNext = sourceToken('HeredocNext', (source, at) => endOfHeredoc(source, at, false), {
  categories: [HeredocEnd],
});

/** The end of the last heredoc, and so of the instruction. */
export const HeredocLast = sourceToken('HeredocLast', (source, at) => endOfHeredoc(source, at, true), {
  categories: [HeredocEnd],
  push_mode: 'line',
});

function endOfHeredoc(source: string, at: number, last: boolean): number | undefined {
  const mark = state.heredocs[state.heredocsRead];
  const isLast = state.heredocsRead === state.heredocs.length - 1;
  if (!mark || isLast !== last || !isDelimiter(source, at, mark)) return undefined;
  state.heredocsRead++;
  return nextLine(source, at);
}

// Where the delimiter's line begins, else the end of the file.
function bodyEnd(source: string, start: number): number {
  const mark = state.heredocs[state.heredocsRead];
  let line = mark ? start : source.length;
  while (mark && line < source.length && !isDelimiter(source, line, mark)) line = nextLine(source, line);
  return line;
}

function isDelimiter(source: string, start: number, { name, chomp }: HeredocMark): boolean {
  let from = start;
  while (chomp && source[from] === '\t') from++;
  if (!source.startsWith(name, from)) return false;
  let end = from + name.length;
  while (source[end] === '\r') end++;
  return end >= source.length || source[end] === '\n';
}

function nextLine(source: string, at: number): number {
  const feed = source.indexOf('\n', at);
  return feed < 0 ? source.length : feed + 1;
}
