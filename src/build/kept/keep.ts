// Keeping a step that failed: what it wrote becomes layers, what it was given a record.

import { CaissonError, isCaissonError, messageOf } from '../../core/index.ts';
import type { KeptState, LayerDraft, LayerId, Store } from '../../store/index.ts';
import { sourcedMounts } from '../mounts.ts';
import type { ExecFailure } from '../ops/exec.ts';
import type { HiddenTree, MountTree } from '../ops/mounts/index.ts';
import type { ExecVertex } from '../types.ts';
import type { OnError, StepState } from './types.ts';

/** The step that failed and what it ran with. */
export interface FailedStep extends Pick<StepState, 'resources'> {
  readonly vertex: ExecVertex;
  readonly layers: readonly LayerId[];
  readonly trees: readonly MountTree[];
}

/** Keeps the state of a failed step. */
export function keepFailed(store: Store, step: FailedStep, failure: ExecFailure): Promise<KeptState> {
  const { vertex, resources } = step;
  const { kept: unkeyedEnv, leftOut } = withoutCredentials(vertex.unkeyedEnv);
  const layers = [...step.layers, keepDraft(store, failure.draft)];
  const trees = withWritten(store, step, failure.hidden);
  const state: StepState = {
    vertex: { ...vertex, unkeyedEnv },
    layers,
    trees,
    ...(resources === undefined ? {} : { resources }),
    leftOut,
  };
  const needed = [...layers, ...trees.flatMap((tree) => tree.layers)];
  return store.kept.add({
    name: vertex.name,
    error: messageOf(failure.error),
    layers: [...new Set(needed)],
    state,
  });
}

/** The failure with what can be done to look at it, where nothing else is to be said. */
export function withRemedy(error: unknown, mode: OnError | undefined, kept: KeptState | undefined): unknown {
  if (!isCaissonError(error, 'STEP_FAILED')) return error;
  const remedy = remedyOf(error, mode, kept);
  const { code, message, cause, location, excerpt } = error;
  return new CaissonError(code, message, {
    cause,
    ...(remedy === undefined ? {} : { hint: remedy }),
    ...(location === undefined ? {} : { location }),
    ...(excerpt === undefined ? {} : { excerpt }),
  });
}

function remedyOf(
  { hint }: CaissonError,
  mode: OnError | undefined,
  kept: KeptState | undefined,
): string | undefined {
  if (mode === undefined) return hint ?? 'Build with --on-error=shell to look around where the step failed.';
  if (mode === 'shell' || kept === undefined) return hint;
  const enter = `The state of the step is kept; enter it with: caisson build debug ${kept.id}`;
  return hint === undefined ? enter : `${hint}\n${enter}`;
}

function keepDraft(store: Store, draft: LayerDraft): LayerId {
  return store.layers.keep(draft).id;
}

/** A mount that could be written to shows again what was written. */
function withWritten(
  store: Store,
  { vertex, trees }: FailedStep,
  hidden: readonly HiddenTree[],
): readonly MountTree[] {
  const mounts = sourcedMounts(vertex.mounts ?? []);
  return trees.map((tree, index) => {
    const written = hidden.find((one) => one.written?.mount === mounts[index])?.written;
    return written === undefined
      ? tree
      : { ...tree, layers: [...tree.layers, keepDraft(store, written.draft)] };
  });
}

/** `http_proxy=http://user:password@host` is on no disk. */
function withoutCredentials(env: readonly string[]): {
  readonly kept: readonly string[];
  readonly leftOut: readonly string[];
} {
  const secret = (variable: string): boolean => variable.includes('@');
  return {
    kept: env.filter((variable) => !secret(variable)),
    leftOut: env.filter(secret).map((variable) => variable.slice(0, variable.indexOf('='))),
  };
}
