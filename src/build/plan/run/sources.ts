// What the mounts of a RUN take their files from.

import type { OptionsFlag, Run } from '../../../../grammar/index.ts';
import { type CopySource, sourceNamed } from '../sources.ts';
import type { PlannedStage } from '../stages.ts';

/** The tree that each mount names, by the mount's place; undefined for the context and for what needs none. Throws `ProblemError`. */
export function mountSources(
  { mounts }: Pick<Run, 'mounts'>,
  stages: readonly PlannedStage[],
): readonly (CopySource | undefined)[] {
  return mounts.map((mount) => mountSource(mount, stages));
}

/** The type may be a variable: a tree that is named counts whatever the type, as in BuildKit. */
function mountSource(
  { flag, options }: OptionsFlag,
  stages: readonly PlannedStage[],
): CopySource | undefined {
  const from = options.findLast(({ key }) => key === 'from');
  if (!from?.value || from.value === 'scratch') return undefined;
  return sourceNamed({ ...flag, value: from.value, valueRange: from.range }, stages);
}
