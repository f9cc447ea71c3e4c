// Tokens of flags: between an instruction's keyword and its arguments.

import type { IToken, TokenType } from 'chevrotain';
import { endOf } from '../pattern.ts';
import { follows, lineToken, previous, upTo } from '../token.ts';
import { Keyword } from './keyword.ts';

const name = /--(?:\\[\s\S]|[^\s=\\]+)*/y;

export const FlagName = lineToken(
  'FlagName',
  ({ text, joined, trimmed, tokens }) =>
    isAllowed(tokens) ? upTo(endOf(name, text, joined, trimmed)) : undefined,
  { first: '-' },
);

export const FlagEquals = lineToken(
  'FlagEquals',
  (place) => (follows(place, FlagName) ? { end: place.joined + 1 } : undefined),
  { first: '=' },
);

const value =
  /(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\]+)*(?:"|\\?$)|'(?:\\[\s\S]|[^'\\]+)*(?:'|\\?$)|[^\s"'\\]+|\\$)+/y;

export const FlagValue = lineToken('FlagValue', (place) =>
  follows(place, FlagEquals) ? upTo(endOf(value, place.text, place.joined, place.trimmed)) : undefined,
);

/** A `--` alone: what follows is no flag. */
export const FlagsEnd = lineToken(
  'FlagsEnd',
  ({ text, joined, tokens }) => (isAllowed(tokens) ? upTo(endOf(/--(?=\s|$)/y, text, joined)) : undefined),
  { first: '-' },
);

/** True for the tokens that an instruction's arguments may come after. */
export function isBeforeArguments(type: TokenType | undefined): boolean {
  if (!type) return false;
  const flags = [FlagName, FlagEquals, FlagValue, FlagsEnd];
  return type.CATEGORIES?.includes(Keyword) || flags.includes(type);
}

function isAllowed(tokens: readonly IToken[]): boolean {
  const type = previous(tokens)?.tokenType;
  return type !== FlagsEnd && isBeforeArguments(type);
}
