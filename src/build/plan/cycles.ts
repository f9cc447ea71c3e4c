// Stages that need themselves through copies and bases.

import { instructionSources } from './instruction-sources.ts';
import { type Problem, ProblemError } from './problem.ts';
import type { CopySource } from './sources.ts';
import type { PlannedStage } from './stages.ts';
import { stageTriggers } from './triggers.ts';

/** Checks every `--from` of the file, needed or not; what is wrong goes to `problems`. */
export function checkSources(stages: readonly PlannedStage[], problems: Problem[]): void {
  const sources = stages.map((stage) => sourcesOf(stage, stages, problems));
  const next = stages.map(({ base }, index) => [
    ...(base.kind === 'stage' ? [base.index] : []),
    ...(sources[index] ?? []).flatMap((source) => (source.kind === 'stage' ? [source.index] : [])),
  ]);
  stages.forEach((stage, index) => {
    for (const source of sources[index] ?? []) {
      if (source.kind !== 'stage' || source.index < index || !leadsTo(source.index, index, next)) continue;
      problems.push(cycle(stage, source));
    }
  });
}

function sourcesOf(
  stage: PlannedStage,
  stages: readonly PlannedStage[],
  problems: Problem[],
): readonly CopySource[] {
  const { base, instructions } = stage;
  const inherited = base.kind === 'stage' ? stageTriggers(stages[base.index]?.instructions ?? []) : [];
  const all = [...inherited.map(({ instruction }) => instruction), ...instructions];
  return all.flatMap((instruction) => {
    try {
      return instructionSources(instruction, stages);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      problems.push(error.problem);
      return [];
    }
  });
}

function leadsTo(start: number, goal: number, next: readonly (readonly number[])[]): boolean {
  const seen = new Set<number>();
  const open = [start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (index === goal) return true;
    if (seen.has(index)) continue;
    seen.add(index);
    open.push(...(next[index] ?? []));
  }
  return false;
}

function cycle(stage: PlannedStage, { flag }: CopySource): Problem {
  return {
    code: 'STAGE_CYCLE',
    message: `circular dependency detected on stage: ${stage.name ?? stage.index}`,
    hint: `Stage "${flag.value}" needs this one; move what both need to a stage before them.`,
    range: flag.valueRange ?? flag.range,
  };
}
