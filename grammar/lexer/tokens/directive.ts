// Tokens of parser directives: they stand before everything but other directives and a `#!` line.

import type { IToken } from 'chevrotain';
import { blankCharacters, blanks } from '../line.ts';
import { endOf } from '../pattern.ts';
import { state } from '../state.ts';
import { previous, sourceToken } from '../token.ts';
import { ByteOrderMark, CommentLine } from './line.ts';

const start = new RegExp(
  `[${blanks}]*#[${blanks}]*(?=(syntax|escape|check)[${blanks}]*=[${blanks}]*[^${blanks}\\n])`,
  'iy',
);

export const DirectiveStart = sourceToken(
  'DirectiveStart',
  (source, at, tokens) => (directivesMayFollow(tokens) ? endOf(start, source, at) : undefined),
  { push_mode: 'directive', first: `#${blankCharacters}` },
);

export const DirectiveName = sourceToken('DirectiveName', /[a-zA-Z]+/y);

export const DirectiveEquals = sourceToken('DirectiveEquals', /=/y, {
  push_mode: 'directiveValue',
  first: '=',
});

const value = new RegExp(`[^\\n]*[^${blanks}\\n]`, 'y');

/** The value; that of `escape` holds from here on. */
export const DirectiveValue = sourceToken('DirectiveValue', (source, at, tokens) => {
  const end = endOf(value, source, at);
  const written = source.slice(at, end);
  const setsEscape = previous(tokens, 2)?.image.toLowerCase() === 'escape';
  if (setsEscape && (written === '\\' || written === '`')) state.escape = written;
  return end;
});

export const DirectiveEnd = sourceToken('DirectiveEnd', new RegExp(`[${blanks}]*\\n|[${blanks}]+$`, 'y'), {
  push_mode: 'line',
  first: `\n${blankCharacters}`,
});

/** True where a directive may stand: behind the tokens of a part of the source. */
export function directivesMayFollow(tokens: readonly IToken[]): boolean {
  const last = previous(tokens);
  if (!last) return state.inHead;
  if (last.tokenType === ByteOrderMark || last.tokenType === DirectiveEnd) return true;
  return (
    last.tokenType === CommentLine &&
    tokens.length === 1 &&
    state.partStart === 0 &&
    last.image.startsWith('#!')
  );
}
