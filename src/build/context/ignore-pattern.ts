// One pattern of an ignore file, read as moby/patternmatcher reads it: a regular expression in disguise, with its quirks.

import { anyCode, literal, notNewline, notSlash, type Token } from './automaton.ts';

type Draft = readonly Token[] | undefined;

/** Tokens of a cleaned pattern without its `!`; undefined where Docker calls the pattern illegal. */
export function ignoreTokens(pattern: string): Draft {
  if (isPrefix(pattern)) return [...literal(pattern.slice(0, -2)), { kind: 'run', takes: anyCode }];
  if (isSuffix(pattern)) return suffixTokens(pattern.slice(2));
  return /[*?[\]\\]/.test(pattern) ? expressionTokens(pattern) : literal(pattern);
}

/** Only a `**` at the end: anything that starts so, a slash before it included. */
function isPrefix(pattern: string): boolean {
  return pattern.length > 2 && pattern.endsWith('**') && !/[*?[\]\\]/.test(pattern.slice(0, -2));
}

/** Only a `**` at the start: any text that ends so. */
function isSuffix(pattern: string): boolean {
  return pattern.startsWith('**') && !/[*?[\]\\]/.test(pattern.slice(2));
}

function suffixTokens(rest: string): readonly Token[] {
  if (rest.startsWith('/')) return [{ kind: 'directories' }, ...literal(rest.slice(1))];
  return [{ kind: 'run', takes: anyCode }, ...literal(rest)];
}

function expressionTokens(pattern: string): Draft {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; ) {
    const step = stepAt(characters, at);
    if (step === undefined) return undefined;
    tokens.push(...step.tokens);
    at = step.next;
  }
  return tokens;
}

interface Step {
  readonly tokens: readonly Token[];
  readonly next: number;
}

function stepAt(characters: readonly string[], at: number): Step | undefined {
  const character = characters[at] ?? '';
  if (character === '*') return starAt(characters, at);
  if (character === '?') return { tokens: [{ kind: 'one', takes: notSlash }], next: at + 1 };
  if (character === '\\') return escapeAt(characters, at);
  if (character === '[') return classAt(characters, at);
  // In the expression that Docker makes of a pattern, `^` is an assertion, true only at the start.
  if (character === '^')
    return { tokens: at === 0 ? [] : [{ kind: 'one', takes: () => false }], next: at + 1 };
  return { tokens: literal(character), next: at + 1 };
}

function starAt(characters: readonly string[], at: number): Step {
  if (characters[at + 1] !== '*') return { tokens: [{ kind: 'run', takes: notSlash }], next: at + 1 };
  const next = characters[at + 2] === '/' ? at + 3 : at + 2;
  if (next === characters.length) return { tokens: [{ kind: 'run', takes: notNewline }], next };
  return { tokens: [{ kind: 'directories' }], next };
}

const digit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const word = (code: number): boolean => code < 0x80 && /\w/.test(String.fromCharCode(code));
const space = (code: number): boolean => [0x09, 0x0a, 0x0c, 0x0d, 0x20].includes(code);
const not =
  (takes: (code: number) => boolean): ((code: number) => boolean) =>
  (code) =>
    !takes(code);

/** What a letter after a backslash stands for in Go's expressions. */
const letters: Readonly<Record<string, (code: number) => boolean>> = {
  d: digit,
  D: not(digit),
  w: word,
  W: not(word),
  s: space,
  S: not(space),
  a: (code) => code === 7,
  f: (code) => code === 0x0c,
  n: (code) => code === 0x0a,
  r: (code) => code === 0x0d,
  t: (code) => code === 0x09,
  v: (code) => code === 0x0b,
};

function escapeAt(characters: readonly string[], at: number): Step | undefined {
  const takes = escaped(characters[at + 1]);
  return takes && { tokens: [{ kind: 'one', takes }], next: at + 2 };
}

function escaped(character: string | undefined): ((code: number) => boolean) | undefined {
  if (character === undefined) return undefined;
  const code = character.codePointAt(0);
  return /[0-9A-Za-z]/.test(character) ? letters[character] : (other) => other === code;
}

/** A class in brackets, as Go's expressions have it. */
function classAt(characters: readonly string[], start: number): Step | undefined {
  const negated = characters[start + 1] === '^';
  const parts: ((code: number) => boolean)[] = [];
  let at = start + (negated ? 2 : 1);
  while (characters[at] !== ']' || parts.length === 0) {
    const wildcard = wildcardInClass(characters, at);
    if (wildcard !== undefined) {
      parts.push(wildcard.takes);
      at = wildcard.next;
      if (wildcard.closes === undefined) continue;
      return { tokens: [{ kind: wildcard.closes, takes: anyOf(parts, negated) }], next: at };
    }
    const part = classPart(characters, at);
    if (part === undefined) return undefined;
    parts.push(part.takes);
    at = part.next;
  }
  return { tokens: [{ kind: 'one', takes: anyOf(parts, negated) }], next: at + 1 };
}

function anyOf(parts: readonly ((code: number) => boolean)[], negated: boolean): (code: number) => boolean {
  return (code) => parts.some((part) => part(code)) !== negated;
}

/** Docker puts `[^/]*` for a star even in brackets: the class ends there, and the star repeats it. */
function wildcardInClass(
  characters: readonly string[],
  at: number,
): (ClassPart & { readonly closes?: 'one' | 'run' }) | undefined {
  const character = characters[at];
  if (character === '?') return { takes: oneOf('[^/'), next: at + 1, closes: 'one' };
  if (character !== '*') return undefined;
  if (characters[at + 1] !== '*') return { takes: oneOf('[^/'), next: at + 1, closes: 'run' };
  return { takes: oneOf('(.*/)?'), next: at + (characters[at + 2] === '/' ? 3 : 2) };
}

function oneOf(text: string): (code: number) => boolean {
  return (code) => text.includes(String.fromCodePoint(code));
}

interface ClassPart {
  readonly takes: (code: number) => boolean;
  readonly next: number;
}

const named: Readonly<Record<string, RegExp>> = {
  alnum: /[0-9A-Za-z]/,
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  lower: /[a-z]/,
  upper: /[A-Z]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[\t-\r ]/,
  word: /\w/,
  xdigit: /[0-9A-Fa-f]/,
};

function classPart(characters: readonly string[], at: number): ClassPart | undefined {
  const name = /^\[:(\w+):\]/.exec(characters.slice(at, at + 12).join(''));
  if (name !== null) {
    const set = named[name[1] ?? ''];
    return set && { takes: (code) => set.test(String.fromCodePoint(code)), next: at + name[0].length };
  }
  const low = bound(characters, at);
  if (low === undefined) return undefined;
  if (typeof low.value === 'function') return { takes: low.value, next: low.next };
  if (characters[low.next] !== '-' || characters[low.next + 1] === ']')
    return range(low.value, low.value, low.next);
  const high = bound(characters, low.next + 1);
  return typeof high?.value === 'number' ? range(low.value, high.value, high.next) : undefined;
}

function range(low: number, high: number, next: number): ClassPart | undefined {
  return low > high ? undefined : { takes: (code) => low <= code && code <= high, next };
}

function bound(
  characters: readonly string[],
  at: number,
): { readonly value: number | ((code: number) => boolean); readonly next: number } | undefined {
  const character = characters[at];
  if (character === undefined) return undefined;
  if (character !== '\\') return { value: character.codePointAt(0) ?? 0, next: at + 1 };
  const following = characters[at + 1] ?? '';
  const takes = escaped(following);
  if (takes === undefined) return undefined;
  return { value: letters[following] ? takes : (following.codePointAt(0) ?? 0), next: at + 2 };
}
