// Heredoc markers of a logical line, found as BuildKit finds them: in the words a shell would see.

import { WordError } from '../words/error.ts';
import { type ExpandOptions, expandPlacedWords, type PlacedWord } from '../words/expand.ts';

/** A `<<NAME` in the joined text of a line; `start` and `end` are offsets in that text. */
export interface HeredocMark {
  readonly name: string;
  readonly expand: boolean;
  readonly chomp: boolean;
  readonly fd: number;
  readonly start: number;
  readonly end: number;
}

const marker = /^(\d*)<<(-?)\s*([^<]*)$/;
const verbatim: ExpandOptions = { rawQuotes: true, rawEscapes: true, skipUnsetEnv: true };

/** The heredocs that a line opens; none when a shell could not split it (an open quote, say). */
export function findHeredocs(text: string): readonly HeredocMark[] {
  if (!text.includes('<<')) return [];
  return wordsOf(text, verbatim).flatMap(({ text: word, start, end }) => {
    const heredoc = parseHeredoc(word);
    return heredoc ? [{ ...heredoc, start, end }] : [];
  });
}

/** A word as heredoc marker: its name with quotes resolved; `expand` is false when a part of it was quoted. */
export function parseHeredoc(word: string): Omit<HeredocMark, 'start' | 'end'> | undefined {
  const match = marker.exec(word);
  if (!match) return undefined;
  const [, fd = '', dash = '', rest = ''] = match;
  const names = wordsOf(rest, { skipUnsetEnv: true });
  const [{ text: name } = { text: '' }] = names;
  if (names.length !== 1) return undefined;
  const [{ text: quoted } = { text: '' }] = wordsOf(rest, { skipUnsetEnv: true, rawQuotes: true });
  return { name, expand: quoteCount(quoted) === quoteCount(name), chomp: dash === '-', fd: Number(fd) };
}

function wordsOf(text: string, options: ExpandOptions): readonly PlacedWord[] {
  try {
    return expandPlacedWords(text, {}, options).words;
  } catch (error) {
    if (error instanceof WordError) return [];
    throw error;
  }
}

function quoteCount(text: string): number {
  return text.length - text.replaceAll(/['"]/g, '').length;
}
