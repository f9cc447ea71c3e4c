// The stage a build is for.

import { suggest } from '../../../grammar/index.ts';
import { CaissonError } from '../../core/index.ts';
import { type PlannedStage, stageNamed } from './stages.ts';

/** The stage that `target` names (without case) or numbers; the last when none is given. Throws `TARGET_NOT_FOUND`. */
export function findTarget(stages: readonly PlannedStage[], target: string | undefined): PlannedStage {
  if (stages.length === 0) throw noStages();
  const wanted = target || undefined;
  const found =
    wanted === undefined ? stages.at(-1) : (stageNamed(stages, wanted) ?? numbered(stages, wanted));
  if (found) return found;
  const names = stages.flatMap(({ name }) => name ?? []);
  const near = suggest(wanted ?? '', names);
  const known = names.length === 0 ? 'The stages have no names' : `The stages are ${names.join(', ')}`;
  throw new CaissonError(
    'TARGET_NOT_FOUND',
    `target stage "${wanted}" could not be found${near === undefined ? '' : ` (did you mean ${near}?)`}`,
    { hint: `${known}; their numbers go from 0 to ${stages.length - 1}.` },
  );
}

function noStages(): CaissonError {
  return new CaissonError('DOCKERFILE_INVALID', 'dockerfile contains no stages to build', {
    hint: 'Begin a stage with FROM.',
  });
}

function numbered(stages: readonly PlannedStage[], target: string): PlannedStage | undefined {
  return /^\d+$/.test(target) ? stages[Number(target)] : undefined;
}
