// RUN: a process on a writable layer over its input; what it leaves in the layer is the step's result.

import type { Bundle } from '../../runtime/index.ts';
import type { LayerDraft, LayerId, LayerRecord } from '../../store/index.ts';
import type { ExecVertex } from '../types.ts';
import { inDraft } from './draft.ts';
import { requireEmulator } from './emulation.ts';
import { type ExecPlace, type ExecServices, type OpenBundle, withBundle } from './exec-bundle.ts';
import { processFailed, processNotStarted } from './exec-error.ts';
import { createOutputTail } from './exec-tail.ts';
import { userIn } from './exec-user.ts';
import { type HiddenTree, type MountTree, removeStubs } from './mounts/index.ts';

/** Where output goes and what stops the process. */
export interface ExecOptions {
  readonly onOutput: (stream: 'stdout' | 'stderr', data: Uint8Array) => void;
  readonly signal: AbortSignal;
  /** What its mounts show, in their order. */
  readonly trees?: readonly MountTree[];
  /** Gives the error to throw for a process that failed; what it wrote may be kept: then it is not discarded. */
  readonly onFailure?: (failure: ExecFailure) => Promise<unknown>;
}

/** A process that failed, and what it wrote to. */
export interface ExecFailure {
  readonly error: unknown;
  readonly draft: LayerDraft;
  readonly hidden: readonly HiddenTree[];
}

/** Runs the vertex's process on the tree of `layers` (bottom first) and keeps its changes as a layer. Throws `STEP_FAILED`, `USER_NOT_FOUND`. */
export async function runExec(
  vertex: ExecVertex,
  layers: readonly LayerId[],
  services: ExecServices,
  options: ExecOptions,
): Promise<LayerRecord> {
  const { store } = services;
  const { trees = [], signal, onOutput } = options;
  if (vertex.foreignPlatform) requireEmulator(vertex.foreignPlatform);
  const user = userIn(store, layers, vertex.user);
  const tell = (line: string): void => onOutput('stderr', Buffer.from(`${line}\n`));
  return inDraft(store, async (draft) => {
    const place: ExecPlace = { layers, draft, trees, user, signal, tell };
    await withBundle(vertex, place, services, async (open) => {
      await runStep(vertex, draft, open, services, options);
      removeStubs(store.layers.view(layers), draft, open.mounts);
    });
    return undefined;
  });
}

/** A process that is stopped with the build did not fail. */
async function runStep(
  vertex: ExecVertex,
  draft: LayerDraft,
  { bundle, hidden }: OpenBundle,
  services: ExecServices,
  options: ExecOptions,
): Promise<void> {
  const { signal, onFailure = async ({ error }: ExecFailure) => error } = options;
  try {
    await runProcess(vertex, bundle, services, options);
  } catch (error) {
    throw signal.aborted ? error : await onFailure({ error, draft, hidden });
  }
}

async function runProcess(
  vertex: ExecVertex,
  bundle: Bundle,
  { runtime, store }: ExecServices,
  { onOutput, signal }: ExecOptions,
): Promise<void> {
  const tail = createOutputTail();
  const status = await runtime
    .run(bundle, {
      signal,
      onOutput(stream, data) {
        tail.add(data);
        onOutput(stream, data);
      },
    })
    .catch((error: unknown) => {
      throw processNotStarted(vertex, error, tail.text());
    });
  signal.throwIfAborted();
  if (status.code !== 0) throw processFailed(vertex, status, tail.text(), store.root);
}
