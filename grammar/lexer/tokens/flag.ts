// Tokens of flags: between an instruction's keyword and its arguments.

import type { IToken, TokenType } from 'chevrotain';
import { isBlank } from '../line.ts';
import { endOf, type Place } from '../pattern.ts';
import { characterAt, follows, lineToken, previous, upTo } from '../token.ts';
import { Keyword } from './keyword.ts';

const name = /--(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\]+)*(?:"|\\?$)|'(?:\\[\s\S]|[^'\\]+)*(?:'|\\?$)|[^\s=\\"']+)*/y;

export const FlagName = lineToken(
  'FlagName',
  ({ text, joined, trimmed, tokens }) =>
    isAllowed(tokens) ? upTo(endOf(name, text, joined, trimmed)) : undefined,
  { first: '-' },
);

export const FlagEquals = lineToken(
  'FlagEquals',
  (place) => (characterAt(place) === '=' && touches(place, FlagName) ? { end: place.joined + 1 } : undefined),
  { first: '=' },
);

const value =
  /(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\]+)*(?:"|\\?$)|'(?:\\[\s\S]|[^'\\]+)*(?:'|\\?$)|[^\s"'\\]+|\\$)+/y;

export const FlagValue = lineToken('FlagValue', (place) =>
  touches(place, FlagEquals) ? upTo(endOf(value, place.text, place.joined, place.trimmed)) : undefined,
);

/** A `--` alone: what follows is no flag. */
export const FlagsEnd = lineToken(
  'FlagsEnd',
  ({ text, joined, tokens }) => (isAllowed(tokens) ? upTo(endOf(/--(?=\s|$)/y, text, joined)) : undefined),
  { first: '-' },
);

const ofFlags: ReadonlySet<TokenType> = new Set([FlagName, FlagEquals, FlagValue, FlagsEnd]);

/** True for the tokens that an instruction's arguments may come after. */
export function isBeforeArguments(type: TokenType | undefined): boolean {
  if (!type) return false;
  return ofFlags.has(type) || (type.CATEGORIES?.includes(Keyword) ?? false);
}

/** Blanks between, which the parser does not see, end a flag: `--chown= a` has an empty value. */
function touches(place: Place, type: TokenType): boolean {
  return follows(place, type) && !isBlank(place.text.charAt(place.joined - 1));
}

function isAllowed(tokens: readonly IToken[]): boolean {
  const type = previous(tokens)?.tokenType;
  return type !== FlagsEnd && isBeforeArguments(type);
}
