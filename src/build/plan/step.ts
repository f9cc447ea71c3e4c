// One instruction about to be carried out, and the expansion of its words.

import {
  type ExpandOptions,
  expandWord,
  type Instruction,
  type Range,
  WordError,
} from '../../../grammar/index.ts';
import type { VertexId } from '../../core/index.ts';
import { ProblemError } from './problem.ts';
import type { Planning, StageState } from './state.ts';

/** An instruction, the stage as it is before it, and what the plan shares. */
export interface Step<I extends Instruction = Instruction> {
  readonly instruction: I;
  readonly state: StageState;
  readonly planning: Planning;
  /** Whether it is a trigger of the base image or stage. */
  readonly triggered: boolean;
  /** COPY: the tree that `--from` names. */
  readonly from?: CopyOrigin;
}

/** The tree that COPY takes from; `vertex` is undefined where it is empty. */
export interface CopyOrigin {
  readonly vertex: VertexId | undefined;
}

/** Carries out one instruction: the stage as it is after it. Throws `ProblemError`. */
export type Dispatch<I extends Instruction> = (step: Step<I>) => StageState;

/** Expands the variables, quotes and escapes of one word with the stage's variables. */
export function expanded(step: Step, text: string, range: Range, options: ExpandOptions = {}): string {
  return expandAt(text, step.state.environment, range, { escape: step.planning.escape, ...options });
}

/** Twice what Linux takes as one variable; a few lines that double each other would fill any memory. */
const mostGrowth = 262_144;

/** Expands a word; one that cannot be expanded is a problem at `range`. */
export function expandAt(
  text: string,
  environment: ReadonlyMap<string, string>,
  range: Range,
  options: ExpandOptions,
): string {
  const result = atRange(range, () => expandWord(text, environment, options).text);
  if (result.length <= text.length + mostGrowth) return result;
  const message = `the text grows by more than ${mostGrowth} characters when its variables are expanded`;
  throw new ProblemError({ code: 'WORD_INVALID', message, range });
}

/** Runs `expand`, making an error of the word a problem at `range`. */
export function atRange<T>(range: Range, expand: () => T): T {
  try {
    return expand();
  } catch (error) {
    if (!(error instanceof WordError)) throw error;
    throw new ProblemError({ code: 'WORD_INVALID', message: error.message, range });
  }
}
