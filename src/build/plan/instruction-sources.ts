// All trees that an instruction takes files from, the build's context apart.

import type { Instruction } from '../../../grammar/index.ts';
import { mountSources } from './run/index.ts';
import { type CopySource, copySource } from './sources.ts';
import type { PlannedStage } from './stages.ts';

/** What COPY --from, or the mounts of a RUN, name. Throws `ProblemError`. */
export function instructionSources(
  instruction: Instruction,
  stages: readonly PlannedStage[],
): readonly CopySource[] {
  const sources =
    instruction.kind === 'run' ? mountSources(instruction, stages) : [copySource(instruction, stages)];
  return sources.filter((source) => source !== undefined);
}
