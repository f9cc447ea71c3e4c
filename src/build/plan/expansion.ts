// Expansion of the words of instructions: what cannot be expanded is a problem at its place.

import {
  type Environment,
  type ExpandOptions,
  expandWord,
  type Range,
  WordError,
} from '../../../grammar/index.ts';
import { ProblemError } from './problem.ts';

/** Expands a word; one that cannot be expanded is a problem at `range`. */
export function expandAt(
  text: string,
  environment: Environment,
  range: Range,
  options: ExpandOptions,
): string {
  const result = atRange(range, () => expandWord(text, environment, options).text);
  if (result.length <= text.length + mostGrowth) return result;
  const message = `the text grows by more than ${mostGrowth} characters when its variables are expanded`;
  throw new ProblemError({ code: 'WORD_INVALID', message, range });
}

/** Twice what Linux takes as one variable; a few lines that double each other would fill any memory. */
const mostGrowth = 262_144;

/** Runs `expand`, making an error of the word a problem at `range`. */
export function atRange<T>(range: Range, expand: () => T): T {
  try {
    return expand();
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    throw new ProblemError({ code: 'WORD_INVALID', message: error.message, range });
  }
}
