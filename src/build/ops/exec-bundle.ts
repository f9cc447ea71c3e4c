// The bundle of a step's process, with all that it needs held open: network, heredoc files, mounts.

import { basename } from 'node:path';
import type { RuntimeMount, RuntimeResources, RuntimeSpec } from '../../oci/index.ts';
import type { Bundle, ResolvedUser, Runtime } from '../../runtime/index.ts';
import type { LayerDraft, LayerId, Store } from '../../store/index.ts';
import type { SandboxPool } from '../solve/sandboxes.ts';
import type { ExecVertex } from '../types.ts';
import { withInlineFiles } from './exec-files.ts';
import { execSpec, sharedMemory } from './exec-spec.ts';
import { makeDirectory } from './mkdir.ts';
import {
  type HiddenTree,
  type MountServices,
  type MountTree,
  placeMounts,
  type RestoreCache,
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
  /** Has the contents of cache mounts that the store has not. */
  readonly imports?: { readonly restoreMount: RestoreCache } | undefined;
}

/** What a process runs on, and as whom. */
export interface ExecPlace {
  /** Bottom first. */
  readonly layers: readonly LayerId[];
  /** Takes what it writes. */
  readonly draft: LayerDraft;
  /** What its mounts show, in their order. */
  readonly trees: readonly MountTree[];
  readonly user: ResolvedUser;
  readonly signal: AbortSignal;
  /** Tells the person something about the step. */
  readonly tell: (line: string) => void;
}

/** A bundle that can be run as long as what it was made for lasts. */
export interface OpenBundle {
  readonly bundle: Bundle;
  readonly hidden: readonly HiddenTree[];
  /** Those of the step, without the ones that every step has. */
  readonly mounts: readonly RuntimeMount[];
}

/** Runs `work` with the bundle of the vertex's process. Throws what opening mounts and networks throws. */
export async function withBundle<T>(
  vertex: ExecVertex,
  place: ExecPlace,
  services: ExecServices,
  work: (open: OpenBundle) => Promise<T>,
): Promise<T> {
  const { store, sandboxes, resources } = services;
  const { layers, draft, user } = place;
  const view = store.layers.view(layers);
  const { uid, gid } = user;
  makeDirectory(view, draft, vertex.cwd, { mode: 0o755, uid, gid });
  const folder = `${sandboxes.directory}/${draft.id}`;
  return await sandboxes.lend(vertex.network, (network) =>
    withInlineFiles(folder, vertex.files, (files) =>
      withMounts(vertex, place.trees, mountServices(services, place, folder), async (opened) => {
        const open = { ...opened, mounts: placeMounts(view, opened.mounts) };
        const id = `${basename(sandboxes.directory)}-${draft.id}`;
        const spec = execSpec(vertex, { id, user, network, files, open, resources });
        const { hidden } = open;
        const bundle = { ...bundleOf(id, spec, draft, store, layers), hidden };
        return work({ bundle, hidden, mounts: [...files, ...open.mounts, ...sharedMemory(vertex.settings)] });
      }),
    ),
  );
}

function mountServices(
  { store, secrets, agents, imports }: ExecServices,
  { signal, tell }: ExecPlace,
  folder: string,
): MountServices {
  const restoreCache = imports?.restoreMount;
  return { store, secrets, agents, folder: `${folder}.mounts`, signal, tell, restoreCache };
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
