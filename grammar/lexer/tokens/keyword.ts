// Tokens of keywords: the first word of a line, and of a trigger.

import { createToken, Lexer, type TokenType } from 'chevrotain';
import type { Place, Taken } from '../pattern.ts';
import { type KeywordPayload, lineAt, openHeredocs } from '../state.ts';
import { lineToken, plainWordAt } from '../token.ts';
import { isArray } from './array-text.ts';

/** The keyword of any instruction; each has its own type in this category. */
export const Keyword = createToken({ name: 'Keyword', pattern: Lexer.NA });

/** The token type of a keyword; `mode` reads its arguments. */
export function keyword(name: string, mode: string, wanted = name.toLowerCase()): TokenType {
  return lineToken(name, (place) => keywordAt(place, (written) => written === wanted), {
    categories: [Keyword],
    push_mode: mode,
    first: wanted.charAt(0) + wanted.charAt(0).toUpperCase(),
  });
}

/** Any other word where a keyword is due. */
export const UnknownKeyword = lineToken('UnknownKeyword', (place) => keywordAt(place, () => true), {
  categories: [Keyword],
  push_mode: 'text',
});

/** An ONBUILD as trigger of another: refused, so its own trigger is not read. */
export const ChainedOnbuild = keyword('ChainedOnbuild', 'text', 'onbuild');

const heredocKeywords = new Set(['add', 'copy', 'run']);

function keywordAt(place: Place, isWanted: (written: string) => boolean): Taken | undefined {
  const end = plainWordAt(place)?.end;
  if (end === undefined) return undefined;
  const text = place.text.slice(place.joined, end);
  const found = text.toLowerCase();
  if (!isWanted(found)) return undefined;
  const line = lineAt(place.source, place.offset);
  const heredocs = heredocKeywords.has(found) && !hasArray(place, end) ? openHeredocs(line) : [];
  const payload: KeywordPayload = { text, line, heredocs };
  return { end, payload };
}

// An array, also one behind flags, keeps a line from having heredocs.
function hasArray({ text, trimmed }: Place, end: number): boolean {
  return text.endsWith(']', trimmed) && isArray(text.slice(end, trimmed).replace(/^(?:\s+--\S*)*\s+/, ''));
}
