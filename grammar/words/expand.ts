// Expansion of words: variables, quotes and escapes, and splitting into words afterwards.

import { WordError } from './error.ts';
import { type Evaluation, evaluatePart } from './evaluate.ts';
import type { Part, PlacedPart } from './nodes.ts';
import { wordParser } from './parser.ts';
import { wordLexer, wordState } from './tokens.ts';

/** How to expand; the defaults expand everything and take quotes and escapes away. */
export interface ExpandOptions {
  /** The escape character, `\` unless given. */
  readonly escape?: '\\' | '`';
  /** Keep quotes in the result. */
  readonly rawQuotes?: boolean;
  /** Keep escape characters in the result. */
  readonly rawEscapes?: boolean;
  /** Leave variables that are not set as they are written. */
  readonly skipUnsetEnv?: boolean;
  /** Treat quotes as plain characters. */
  readonly skipProcessQuotes?: boolean;
}

/** Variables by name. */
export type Environment =
  | Readonly<Record<string, string | undefined>>
  | Pick<ReadonlyMap<string, string>, 'get'>;

/** The text a word stands for, and the variables it asked for. */
export interface Expansion {
  readonly text: string;
  readonly used: ReadonlySet<string>;
  readonly unmatched: ReadonlySet<string>;
}

/** The words a text stands for: split at blanks that are not quoted, after expansion. */
export interface WordsExpansion extends Omit<Expansion, 'text'> {
  readonly words: readonly string[];
}

/** Expands one word; blanks in it stay. Throws `WordError`. */
export function expandWord(word: string, env: Environment, options: ExpandOptions = {}): Expansion {
  let text = '';
  const names = expand(word, env, options, (_, value) => {
    text += value;
  });
  return { text, ...names };
}

/** Expands a text and splits it into words. Throws `WordError`. */
export function expandWords(text: string, env: Environment, options: ExpandOptions = {}): WordsExpansion {
  const { words, ...names } = expandPlacedWords(text, env, options);
  return { words: words.map((word) => word.text), ...names };
}

/** A word, and where it stands in the text before expansion; exact where quotes, escapes and variables are kept. */
export interface PlacedWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** As `expandWords`, each word with its place. */
export function expandPlacedWords(
  text: string,
  env: Environment,
  options: ExpandOptions,
): Names & { readonly words: readonly PlacedWord[] } {
  const split = splitter();
  const names = expand(text, env, options, (part, value, start, end) => {
    if (part.kind === 'text' || part.kind === 'variable' || part.kind === 'braced')
      split.add(value, start, end);
    else split.addQuoted(value, start, end);
  });
  return { words: split.end(), ...names };
}

type Names = Pick<Expansion, 'used' | 'unmatched'>;

function expand(
  word: string,
  env: Environment,
  options: ExpandOptions,
  take: (part: Part, value: string, start: number, end: number) => void,
): Names {
  const used = new Set<string>();
  const unmatched = new Set<string>();
  const lookup = (name: string) => {
    const value = variable(env, name);
    (value === undefined ? unmatched : used).add(name);
    return value;
  };
  const { rawQuotes = false, rawEscapes = false, skipUnsetEnv = false } = options;
  const evaluation: Evaluation = { lookup, rawQuotes, skipUnsetEnv, length: word.length };
  try {
    const parts = parseWord(word, options);
    for (const [index, { part, start }] of parts.entries())
      take(part, evaluatePart(part, rawEscapes, evaluation), start, parts[index + 1]?.start ?? word.length);
  } catch (error) {
    throw failure(word, error);
  }
  return { used, unmatched };
}

function variable(env: Environment, name: string): string | undefined {
  if (typeof env.get === 'function') return env.get(name);
  return Object.hasOwn(env, name) ? (env as Readonly<Record<string, string>>)[name] : undefined;
}

const special = /[$'"\\`]|<</;

function parseWord(word: string, options: ExpandOptions): readonly PlacedPart[] {
  if (!special.test(word)) return [{ start: 0, part: { kind: 'text', text: word } }];
  wordState.escape = options.escape ?? '\\';
  wordState.quotes = !options.skipProcessQuotes;
  const parser = wordParser();
  parser.input = wordLexer().tokenize(word).tokens;
  return parser.word();
}

function failure(word: string, error: unknown): unknown {
  if (error instanceof WordError)
    return new WordError(`failed to process ${JSON.stringify(word)}: ${error.message}`, error.offset);
  if (error instanceof RangeError) return new WordError('substitutions are nested too deeply', 0);
  return error;
}

const blank = /[\s\u0085]/;

// A blank ends a word that has a character; quoted and escaped blanks are characters.
function splitter() {
  const words: PlacedWord[] = [];
  let word = '';
  let [from, to] = [0, 0];
  const flush = () => {
    if (word !== '') words.push({ text: word, start: from, end: to });
    word = '';
  };
  const append = (text: string, start: number, end: number) => {
    if (word === '') from = start;
    word += text;
    to = end;
  };
  return {
    add(text: string, start: number, end: number) {
      let at = start;
      for (const character of text) {
        const next = Math.min(at + character.length, end);
        if (blank.test(character) && character !== '\ufeff') flush();
        else append(character, at, next);
        at = next;
      }
    },
    addQuoted: append,
    end() {
      flush();
      return words;
    },
  };
}
