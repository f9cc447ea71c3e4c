// One instruction about to be carried out.

import type { ExpandOptions, Instruction, Range } from '../../../grammar/index.ts';
import type { VertexId } from '../../core/index.ts';
import { expandAt } from './expansion.ts';
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
  /** RUN: the trees that its mounts name, by the mount's place; undefined for the context and for what needs none. */
  readonly mountOrigins?: readonly (CopyOrigin | undefined)[];
}

/** The tree that COPY or a mount takes from; `vertex` is undefined where it is empty. */
export interface CopyOrigin {
  readonly vertex: VertexId | undefined;
}

/** Carries out one instruction: the stage as it is after it. Throws `ProblemError`. */
export type Dispatch<I extends Instruction> = (step: Step<I>) => StageState;

/** Expands the variables, quotes and escapes of one word with the stage's variables. */
export function expanded(step: Step, text: string, range: Range, options: ExpandOptions = {}): string {
  return expandAt(text, step.state.environment, range, { escape: step.planning.escape, ...options });
}
