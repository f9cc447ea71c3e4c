// RUN: a process on a writable layer over its input; what it leaves in the layer is the step's result.

import { basename } from 'node:path';
import type { RuntimeMount, RuntimeSpec } from '../../oci/index.ts';
import {
  type Bundle,
  buildEnvironment,
  createBuildSpec,
  type ResolvedUser,
  type Runtime,
} from '../../runtime/index.ts';
import type { LayerDraft, LayerId, LayerRecord, Store } from '../../store/index.ts';
import type { SandboxPool, StepNetwork } from '../solve/sandboxes.ts';
import type { ExecVertex } from '../types.ts';
import { inDraft } from './draft.ts';
import { processFailed, processNotStarted } from './exec-error.ts';
import { withInlineFiles } from './exec-files.ts';
import { createOutputTail } from './exec-tail.ts';
import { userIn } from './exec-user.ts';
import { makeDirectory } from './mkdir.ts';

/** The rooms a process needs. */
export interface ExecServices {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly sandboxes: SandboxPool;
}

/** Where output goes and what stops the process. */
export interface ExecOptions {
  readonly onOutput: (stream: 'stdout' | 'stderr', data: Uint8Array) => void;
  readonly signal: AbortSignal;
}

/** Runs the vertex's process on the tree of `layers` (bottom first) and keeps its changes as a layer. Throws `STEP_FAILED`, `USER_NOT_FOUND`. */
export async function runExec(
  vertex: ExecVertex,
  layers: readonly LayerId[],
  services: ExecServices,
  options: ExecOptions,
): Promise<LayerRecord> {
  const { store, sandboxes } = services;
  const user = userIn(store, layers, vertex.user);
  return inDraft(store, async (draft) => {
    const { uid, gid } = user;
    const view = store.layers.view(layers);
    makeDirectory(view, draft, vertex.cwd, { mode: 0o755, uid, gid });
    await sandboxes.lend(vertex.network, (network) =>
      withInlineFiles(`${sandboxes.directory}/${draft.id}`, vertex.files, async (files) => {
        const spec = specOf(vertex, user, network, files);
        const id = `${basename(sandboxes.directory)}-${draft.id}`;
        await runProcess(vertex, bundleOf(id, spec, draft, store, layers), services, options);
      }),
    );
    return undefined;
  });
}

function specOf(
  vertex: ExecVertex,
  { home, ...user }: ResolvedUser,
  network: StepNetwork,
  files: readonly RuntimeMount[],
): RuntimeSpec {
  const path = network.sandbox.namespacePath;
  return createBuildSpec({
    args: vertex.args,
    env: buildEnvironment([...vertex.unkeyedEnv, ...vertex.env], home),
    cwd: vertex.cwd,
    user,
    insecure: vertex.security === 'insecure',
    network: path === undefined ? 'host' : { path },
    mounts: [
      readOnlyFile(network.resolvConfFile, '/etc/resolv.conf'),
      readOnlyFile(network.hostsFile, '/etc/hosts'),
      ...files,
    ],
  });
}

function readOnlyFile(source: string, destination: string): RuntimeMount {
  const options = ['rbind', 'ro', 'nosuid', 'nodev', 'noexec', 'rprivate'];
  return { destination, type: 'bind', source, options };
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
