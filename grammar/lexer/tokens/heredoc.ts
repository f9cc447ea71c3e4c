// Tokens of heredoc bodies: whole lines, up to the one that is the delimiter.

import { createToken, Lexer } from 'chevrotain';
import type { HeredocMark } from '../heredoc-marks.ts';
import { state } from '../state.ts';
import { sourceToken } from '../token.ts';

/** The lines of a body; there is none when it is empty. */
export const HeredocBody = sourceToken('HeredocBody', (source, at) => {
  const mark = state.heredocs[state.heredocsRead];
  if (!mark) return undefined;
  let line = at;
  while (line < source.length && !isDelimiter(source, line, mark)) line = nextLine(source, line);
  return line;
});

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
