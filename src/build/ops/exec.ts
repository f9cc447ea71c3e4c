// RUN: a process on a writable layer over its input; what it leaves in the layer is the step's result.

import { basename } from 'node:path';
import type { RuntimeResources, RuntimeSpec } from '../../oci/index.ts';
import type { Bundle, Runtime } from '../../runtime/index.ts';
import type { LayerDraft, LayerId, LayerRecord, Store } from '../../store/index.ts';
import type { SandboxPool } from '../solve/sandboxes.ts';
import type { ExecVertex } from '../types.ts';
import { inDraft } from './draft.ts';
import { requireEmulator } from './emulation.ts';
import { processFailed, processNotStarted } from './exec-error.ts';
import { withInlineFiles } from './exec-files.ts';
import { execSpec, sharedMemory } from './exec-spec.ts';
import { createOutputTail } from './exec-tail.ts';
import { userIn } from './exec-user.ts';
import { makeDirectory } from './mkdir.ts';
import {
  type MountServices,
  type MountTree,
  placeMounts,
  removeStubs,
  type SecretStore,
  type SshAgents,
  withMounts,
} from './mounts/index.ts';

/** The rooms a process needs. */
export interface ExecServices {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly sandboxes: SandboxPool;
  readonly secrets?: SecretStore;
  readonly agents?: SshAgents;
  /** Limits of every process. */
  readonly resources?: Omit<RuntimeResources, 'devices'>;
}

/** Where output goes and what stops the process. */
export interface ExecOptions {
  readonly onOutput: (stream: 'stdout' | 'stderr', data: Uint8Array) => void;
  readonly signal: AbortSignal;
  /** What its mounts show, in their order. */
  readonly trees?: readonly MountTree[];
}

/** Runs the vertex's process on the tree of `layers` (bottom first) and keeps its changes as a layer. Throws `STEP_FAILED`, `USER_NOT_FOUND`. */
export async function runExec(
  vertex: ExecVertex,
  layers: readonly LayerId[],
  services: ExecServices,
  options: ExecOptions,
): Promise<LayerRecord> {
  const { store, sandboxes } = services;
  if (vertex.foreignPlatform) requireEmulator(vertex.foreignPlatform);
  const user = userIn(store, layers, vertex.user);
  return inDraft(store, async (draft) => {
    const { uid, gid } = user;
    const view = store.layers.view(layers);
    makeDirectory(view, draft, vertex.cwd, { mode: 0o755, uid, gid });
    const folder = `${sandboxes.directory}/${draft.id}`;
    await sandboxes.lend(vertex.network, (network) =>
      withInlineFiles(folder, vertex.files, (files) =>
        withMounts(vertex, options.trees ?? [], mountServices(services, options, folder), async (opened) => {
          const open = { ...opened, mounts: placeMounts(view, opened.mounts) };
          const id = `${basename(sandboxes.directory)}-${draft.id}`;
          const spec = execSpec(vertex, { id, user, network, files, open, resources: services.resources });
          const bundle = bundleOf(id, spec, draft, store, layers);
          await runProcess(vertex, { ...bundle, hidden: open.hidden }, services, options);
          removeStubs(view, draft, [...files, ...open.mounts, ...sharedMemory(vertex.settings)]);
        }),
      ),
    );
    return undefined;
  });
}

function mountServices(
  { store, secrets, agents }: ExecServices,
  { signal, onOutput }: ExecOptions,
  folder: string,
): MountServices {
  const tell = (line: string): void => onOutput('stderr', Buffer.from(`${line}\n`));
  return { store, secrets, agents, folder: `${folder}.mounts`, signal, tell };
}

/** A build step's files need no syncing while it runs: a crash loses the step anyway. `id` tells whose control group it is. */
function bundleOf(
  id: string,
  spec: RuntimeSpec,
  draft: LayerDraft,
  store: Store,
  layers: readonly LayerId[],
): Bundle {
  const lower = store.layers.driver.lower(layers);
  return { id, spec, root: { lower, upper: draft.upper, work: draft.work, volatile: true } };
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
