// Patterns in the syntax of Go's `filepath.Match`: `*`, `?`, `[a-z]`, `[^a]`, `\` escapes; a wildcard never takes a slash.

import { compileAutomaton, literal, notSlash, type Token } from './automaton.ts';

/** Whether a pattern has an unescaped `*`, `?` or `[`. */
export function hasWildcards(pattern: string): boolean {
  return /^(?:[^\\*?[]|\\[\s\S])*[*?[]/.test(pattern);
}

/** A matcher of names (latin1 bytes) for `pattern` (ordinary text), or undefined when the pattern is malformed. */
export function fileMatcher(pattern: string): ((name: string) => boolean) | undefined {
  const tokens = fileMatchTokens(pattern);
  if (tokens === undefined) return undefined;
  const automaton = compileAutomaton([tokens]);
  return (name) => automaton.read(automaton.start, name).accepted.length > 0;
}

/** The tokens of `pattern`, or undefined where `filepath.Match` gives `ErrBadPattern`. */
export function fileMatchTokens(pattern: string): readonly Token[] | undefined {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    if (character === '*') tokens.push({ kind: 'run', takes: notSlash });
    else if (character === '?') tokens.push({ kind: 'one', takes: notSlash });
    else if (character === '[') {
      const parsed = parseClass(characters, at + 1);
      if (parsed === undefined) return undefined;
      tokens.push({ kind: 'one', takes: parsed.takes });
      at = parsed.end;
    } else if (character === '\\') {
      at += 1;
      const escaped = characters[at];
      if (escaped === undefined) return undefined;
      tokens.push(...literal(escaped));
    } else tokens.push(...literal(character));
  }
  return tokens;
}

interface ParsedClass {
  readonly takes: (code: number) => boolean;
  /** Index of the closing bracket. */
  readonly end: number;
}

function parseClass(characters: readonly string[], start: number): ParsedClass | undefined {
  const negated = characters[start] === '^';
  const ranges: (readonly [number, number])[] = [];
  let at = negated ? start + 1 : start;
  while (characters[at] !== ']' || ranges.length === 0) {
    const low = classCharacter(characters, at);
    if (low === undefined) return undefined;
    const high = characters[low.next] === '-' ? classCharacter(characters, low.next + 1) : low;
    if (high === undefined) return undefined;
    ranges.push([low.code, high.code]);
    at = high.next;
    if (at >= characters.length) return undefined;
  }
  const inside = (code: number): boolean => ranges.some(([low, high]) => low <= code && code <= high);
  return { takes: (code) => inside(code) !== negated, end: at };
}

function classCharacter(
  characters: readonly string[],
  at: number,
): { readonly code: number; readonly next: number } | undefined {
  const first = characters[at];
  if (first === undefined || first === '-' || first === ']') return undefined;
  const character = first === '\\' ? characters[at + 1] : first;
  const code = character?.codePointAt(0);
  return code === undefined ? undefined : { code, next: at + (first === '\\' ? 2 : 1) };
}
