// What the solver works with: the rooms below, the contexts, and what solving gives.

import type { VertexId } from '../../core/index.ts';
import type { Digest, RuntimeResources } from '../../oci/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import type { LayerId, Store } from '../../store/index.ts';
import type { CacheImports, SolvedStep } from '../cache/index.ts';
import type { ContextTree } from '../context/index.ts';
import type { OnError } from '../kept/index.ts';
import type { SecretStore, SshAgents } from '../ops/mounts/index.ts';
import type { RemoteAccess, ResolvedSource } from '../remote.ts';
import type { SandboxPool } from './sandboxes.ts';

/** A context a build may copy from, and the file that remembers its files' digests between builds. */
export interface BuildContext {
  readonly tree: ContextTree;
  readonly indexFile?: string;
}

/** The rooms and inputs that solving uses. */
export interface SolveServices {
  readonly store: Store;
  readonly runtime: Runtime;
  readonly sandboxes: SandboxPool;
  readonly secrets?: SecretStore;
  readonly agents?: SshAgents;
  /** Limits of every process; they are no part of its key. */
  readonly resources?: Omit<RuntimeResources, 'devices'>;
  /** What becomes of a step that fails; default: it is discarded. */
  readonly onError?: OnError;
  /** Names what is built across builds (the Dockerfile's real path): steps are compared with those of the same project. */
  readonly project: string;
  /** By name; the local context is `context`. Read when a copy first needs it. */
  readonly contexts: ReadonlyMap<string, BuildContext>;
  /** How remote sources are reached. */
  readonly remote?: RemoteAccess;
  /** Caches outside of the store. */
  readonly imports?: CacheImports | undefined;
}

/** A solved vertex: its cache key and its chain of layers, bottom first. */
export interface Solved {
  readonly key: Digest;
  readonly layers: readonly LayerId[];
  readonly cached: boolean;
}

/** A source whose content is known; `open` brings its files. */
export interface ResolvedVertex {
  readonly key: Digest;
  readonly source: ResolvedSource | undefined;
  readonly open: () => Promise<Solved>;
}

/** What solving a graph gave. */
export interface Solution {
  /** Layers of each target, bottom first. */
  readonly targets: readonly (readonly LayerId[])[];
  /** Layers of what else was asked for. */
  readonly scanned: ReadonlyMap<VertexId, readonly LayerId[]>;
  /** Shown steps that ran, and that came from the cache. */
  readonly steps: { readonly ran: number; readonly cached: number };
  /** Images and remote sources, and what they were resolved to. */
  readonly sources: readonly ResolvedSource[];
  /** The keys of all steps that make layers, where they were asked for. */
  readonly solvedSteps: readonly SolvedStep[];
}
