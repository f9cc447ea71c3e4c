// What becomes of a process that failed: its state is kept where that was asked for, and the error says what can be done.

import { isCaissonError, messageOf } from '../../core/index.ts';
import type { KeptState } from '../../store/index.ts';
import { type FailedStep, keepFailed, withRemedy } from '../kept/index.ts';
import type { ExecFailure } from '../ops/exec.ts';
import type { SecretStore } from '../ops/mounts/index.ts';
import type { ExecVertex } from '../types.ts';
import type { SolveRun } from './run.ts';

/** Gives the error of a failed step, after its state was kept if it is to be. */
export async function failedStep(
  run: SolveRun,
  step: Omit<FailedStep, 'resources'>,
  failure: ExecFailure,
): Promise<unknown> {
  const { onError } = run.services;
  const wanted = onError !== undefined && isCaissonError(failure.error, 'STEP_FAILED');
  const kept = wanted ? await keep(run, step, failure) : undefined;
  return withRemedy(failure.error, onError, kept);
}

/** Whatever happens, the build ends with the step's own failure. */
async function keep(
  { services, options: { onEvent } }: SolveRun,
  step: Omit<FailedStep, 'resources'>,
  failure: ExecFailure,
): Promise<KeptState | undefined> {
  const { store, resources } = services;
  const vertex = step.vertex.id;
  try {
    const shown = { ...step, vertex: withShownMounts(step.vertex, services.secrets) };
    const kept = await keepFailed(store, resources === undefined ? shown : { ...shown, resources }, failure);
    onEvent({ kind: 'kept', vertex, id: kept.id, time: Date.now() });
    return kept;
  } catch (error) {
    const message = `The state of the step cannot be kept: ${messageOf(error)}`;
    onEvent({ kind: 'warning', vertex, message, time: Date.now() });
    return undefined;
  }
}

/** An optional secret that the build was not given was no mount. */
function withShownMounts(vertex: ExecVertex, secrets: SecretStore | undefined): ExecVertex {
  const mounts = vertex.mounts?.filter(
    (mount) =>
      mount.kind !== 'secret' ||
      mount.required ||
      mount.env !== undefined ||
      secrets?.read(mount.id) !== undefined,
  );
  return mounts === undefined ? vertex : { ...vertex, mounts };
}
