// ONBUILD: the instructions a stage runs on behalf of its base, right after FROM.

import { type Instruction, parseInstruction, type Range } from '../../../grammar/index.ts';
import { ProblemError } from './problem.ts';

/** An instruction of a stage: its own, or one its base left behind. */
export interface PlannedInstruction {
  readonly instruction: Instruction;
  readonly triggered: boolean;
  /** Where its problems are shown: a trigger from an image stands in no file, its FROM does. */
  readonly shownAt?: Range;
}

/** The triggers that an earlier stage of this file recorded. */
export function stageTriggers(instructions: readonly Instruction[]): readonly PlannedInstruction[] {
  return instructions
    .filter((instruction) => instruction.kind === 'onbuild')
    .map(({ trigger }) => ({ instruction: trigger, triggered: true }));
}

/** The triggers in a base image's config; throws `ProblemError` at `from` when one is no instruction. */
export function imageTriggers(expressions: readonly string[], from: Range): readonly PlannedInstruction[] {
  return expressions.map((expression) => ({
    instruction: parseTrigger(expression, from),
    triggered: true,
    shownAt: from,
  }));
}

function parseTrigger(expression: string, from: Range): Instruction {
  const { instruction, diagnostics } = parseInstruction(expression);
  const problem = diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  const allowed = instruction && !['from', 'maintainer', 'onbuild', 'invalid'].includes(instruction.kind);
  if (allowed && !problem) return instruction;
  throw new ProblemError({
    code: 'TRIGGER_INVALID',
    message: `the base image's ONBUILD trigger "${expression}" is not valid${problem ? `: ${problem.message}` : ''}`,
    range: from,
  });
}
