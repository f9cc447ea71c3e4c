// Which stages a check looks into: those the target needs, or all.

import type { Instruction } from '../../../grammar/index.ts';
import { ProblemError } from '../plan/problem.ts';
import { copySource } from '../plan/sources.ts';
import { type PlannedStage, stageNamed } from '../plan/stages.ts';
import type { CheckInput } from './model.ts';

/** The numbers of the stages that the target needs, its own included; of all stages without a target. */
export function neededStages(
  stages: readonly PlannedStage[],
  { target }: Pick<CheckInput, 'target'>,
): ReadonlySet<number> {
  if (target === undefined) return new Set(stages.map(({ index }) => index));
  const found = targetStage(stages, target);
  const needed = new Set<number>();
  const open = found === undefined ? [] : [found.index];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const stage = stages[index];
    if (stage === undefined || needed.has(index)) continue;
    needed.add(index);
    open.push(...sourcesOf(stage, stages));
  }
  return needed;
}

/** The stage that `target` names or numbers; undefined where there is none. */
export function targetStage<S extends { readonly name?: string | undefined }>(
  stages: readonly S[],
  target: string,
): S | undefined {
  const named = stages.findLast(({ name }) => name === target.toLowerCase());
  return named ?? (/^\d+$/.test(target) ? stages[Number(target)] : undefined);
}

/** The numbers of the stages that `stage` stands on, copies from or mounts. */
export function sourcesOf(
  { base, instructions }: PlannedStage,
  stages: readonly PlannedStage[],
): readonly number[] {
  const below = base.kind === 'stage' ? [base.index] : [];
  return [...below, ...instructions.flatMap((instruction) => usedStages(instruction, stages))];
}

function usedStages(instruction: Instruction, stages: readonly PlannedStage[]): readonly number[] {
  const mounts = instruction.kind === 'run' ? instruction.mounts.flatMap(({ options }) => options) : [];
  const mounted = mounts.flatMap(({ key, value }) =>
    key === 'from' && value ? (stageNamed(stages, value)?.index ?? []) : [],
  );
  const source = copiedStage(instruction, stages);
  return source === undefined ? mounted : [...mounted, source];
}

function copiedStage(instruction: Instruction, stages: readonly PlannedStage[]): number | undefined {
  try {
    const source = copySource(instruction, stages);
    return source?.kind === 'stage' ? source.index : undefined;
  } catch (error) {
    // Said when the file is planned.
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
