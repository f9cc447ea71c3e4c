// Making token types, and the questions their patterns ask about what came before.

import { createToken, type ICustomPattern, type IToken, Lexer, type TokenType } from 'chevrotain';
import { endOf, joinedPattern, type Place, sourcePattern, type Taken } from './pattern.ts';
import { state } from './state.ts';

/** The group of what stands between tokens: the parser does not see it, printing takes it from the source. */
export const trivia = Lexer.SKIPPED;

interface TokenOptions {
  /** The mode that follows the token. */
  readonly push_mode?: string;
  readonly group?: string;
  readonly categories?: TokenType[];
  /** The characters it can begin with; any when absent. Patterns check it too: characters above U+00FF are told apart in groups. */
  readonly first?: string;
}

/** A token of a logical line. */
export function lineToken(
  name: string,
  match: (place: Place) => Taken | undefined,
  options?: TokenOptions,
): TokenType {
  return token(name, joinedPattern(match), options);
}

/** A token matched in the source as it is. */
export function sourceToken(
  name: string,
  match: RegExp | ((source: string, offset: number, tokens: readonly IToken[]) => number | undefined),
  options?: TokenOptions,
): TokenType {
  const find = match instanceof RegExp ? (source: string, at: number) => endOf(match, source, at) : match;
  return token(name, sourcePattern(find), options);
}

/** A token that needs nothing but its pattern: the lexer matches it by itself. */
export function plainToken(
  name: string,
  pattern: RegExp,
  options: TokenOptions & { readonly first: string },
): TokenType {
  return token(name, pattern, options);
}

function token(
  name: string,
  pattern: ICustomPattern | RegExp,
  { first, ...options }: TokenOptions = {},
): TokenType {
  const hint = first === undefined ? anyCharacter : first.split('');
  return createToken({ name, pattern, line_breaks: false, start_chars_hint: hint, ...options });
}

// One of each group that the lexer tells apart: single characters up to U+00FF, then 255 together.
const anyCharacter: number[] = Array.from({ length: 513 }, (_, index) =>
  index < 256 ? index : Math.max(256, 255 * (index - 255)),
);

/** A token of one character of a logical line. */
export function characterToken(name: string, wanted: string): TokenType {
  return lineToken(name, (place) => (characterAt(place) === wanted ? { end: place.joined + 1 } : undefined), {
    first: wanted,
  });
}

/** The character at a place. */
export function characterAt({ text, joined }: Place): string {
  return text.charAt(joined);
}

/** The token before, if any. */
export function previous(tokens: readonly IToken[], back = 1): IToken | undefined {
  return tokens[tokens.length - back];
}

/** True when the token before is of that type and touches the place, but for a continuation between them. */
export function follows({ tokens, joined }: Place, type: TokenType): boolean {
  return previous(tokens)?.tokenType === type && state.takenEnd === joined;
}

/** A match up to `end`, if there is an end. */
export function upTo(end: number | undefined): Taken | undefined {
  return end === undefined ? undefined : { end };
}

const plainWord = /[^\t\v\f\r ]+/y;

/** The word at a place: up to a blank, quotes and escapes mean nothing. */
export function plainWordAt({ text, joined, trimmed }: Place): Taken | undefined {
  return upTo(endOf(plainWord, text, joined, trimmed));
}
