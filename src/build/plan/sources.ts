// What COPY --from and RUN --mount=from= name: a stage by name or number, or else an image.

import { expandWord, type Flag, type Instruction } from '../../../grammar/index.ts';
import { ProblemError } from './problem.ts';
import { imageReference, type PlannedStage, stageNamed } from './stages.ts';

/** The tree a COPY or a mount takes from. */
export type CopySource =
  | { readonly kind: 'stage'; readonly index: number; readonly flag: Flag }
  | { readonly kind: 'image'; readonly reference: string; readonly flag: Flag };

/** Where `instruction` copies from; undefined for the build's context. Throws `ProblemError`. */
export function copySource(
  instruction: Instruction,
  stages: readonly PlannedStage[],
): CopySource | undefined {
  if (instruction.kind !== 'copy' || !instruction.from?.value) return undefined;
  const flag = instruction.from;
  if (hasVariable(instruction.from.value))
    throw new ProblemError({ ...variableInFrom, range: flag.valueRange ?? flag.range });
  return sourceNamed(flag, stages);
}

/** What the value of `flag` names: a stage by name or number, or else an image. Throws `ProblemError`. */
export function sourceNamed(flag: Flag, stages: readonly PlannedStage[]): CopySource {
  const name = flag.value ?? '';
  const range = flag.valueRange ?? flag.range;
  const stage = stageNamed(stages, name);
  if (stage) return { kind: 'stage', index: stage.index, flag };
  if (!/^[+-]?\d+$/.test(name)) return { kind: 'image', reference: imageReference(name, range), flag };
  if (stages[Number(name)]) return { kind: 'stage', index: Number(name), flag };
  const hint = `The file has ${stages.length === 1 ? 'one stage, number 0' : `stages 0 to ${stages.length - 1}`}.`;
  throw new ProblemError({ code: 'STAGE_NOT_FOUND', message: `invalid stage index ${name}`, hint, range });
}

const variableInFrom = {
  code: 'SOURCE_INVALID',
  message:
    'variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround',
  hint: 'Write "FROM $NAME AS source" above this stage and copy with --from=source.',
} as const;

function hasVariable(name: string): boolean {
  try {
    return expandWord(name, {}).text !== name;
  } catch {
    return true;
  }
}
