// Heredoc markers of a logical line, found as BuildKit finds them: in the words a shell would see.

import { WordError } from '../words/error.ts';
import { type ExpandOptions, expandWords } from '../words/expand.ts';

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
  const marks: HeredocMark[] = [];
  let at = 0;
  for (const word of wordsOf(text, verbatim)) {
    const found = text.indexOf(word, at);
    const start = found < 0 ? at : found;
    const heredoc = parseHeredoc(word);
    at = found < 0 ? at : start + word.length;
    if (heredoc) marks.push({ ...heredoc, start, end: Math.min(text.length, start + word.length) });
  }
  return marks;
}

/** A word as heredoc marker: its name with quotes resolved; `expand` is false when a part of it was quoted. */
export function parseHeredoc(word: string): Omit<HeredocMark, 'start' | 'end'> | undefined {
  const match = marker.exec(word);
  if (!match) return undefined;
  const [, fd = '', dash = '', rest = ''] = match;
  const names = wordsOf(rest, { skipUnsetEnv: true });
  const [name] = names;
  if (name === undefined || names.length !== 1) return undefined;
  const [quoted = ''] = wordsOf(rest, { skipUnsetEnv: true, rawQuotes: true });
  return { name, expand: quoteCount(quoted) === quoteCount(name), chomp: dash === '-', fd: Number(fd) };
}

function wordsOf(text: string, options: ExpandOptions): readonly string[] {
  try {
    return expandWords(text, {}, options).words;
  } catch (error) {
    if (error instanceof WordError) return [];
    throw error;
  }
}

function quoteCount(text: string): number {
  return text.length - text.replaceAll(/['"]/g, '').length;
}
