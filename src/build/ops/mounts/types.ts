// What mounts are made from, and what they are made into.

import type { Digest, RuntimeMount } from '../../../oci/index.ts';
import type { RootMount } from '../../../runtime/index.ts';
import type { CacheMountKey, LayerDraft, LayerId, Store } from '../../../store/index.ts';
import type { BindMount } from '../../mounts.ts';

/** A tree that a mount takes its files from: its layers, bottom first, and the key of the files that are used. */
export interface MountTree {
  readonly layers: readonly LayerId[];
  readonly key: Digest;
}

/** The secrets of a build. */
export interface SecretStore {
  /** The value; undefined where the build was given none of that id. Throws `SECRET_UNREADABLE`. */
  read(id: string): Buffer | undefined;
}

/** The SSH agents of a build. */
export interface SshAgents {
  /** Serves the agent at the socket `path` until disposed; undefined where the build forwards none of that id. */
  serve(id: string, path: string): Promise<AsyncDisposable> | undefined;
}

/** Brings the contents of a cache mount into the empty folder; false, and the folder empty, where there are none. */
export type RestoreCache = (key: CacheMountKey, folder: string) => Promise<boolean>;

/** What mounts need of the build. */
export interface MountServices {
  readonly store: Store;
  readonly secrets: SecretStore | undefined;
  readonly agents: SshAgents | undefined;
  /** A folder for this process alone, in memory; it is made, and gone with the mounts. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly restoreCache?: RestoreCache | undefined;
  /** Tells the person something about the step. */
  readonly tell: (line: string) => void;
}

/** A tree mounted out of sight at a folder of the host, for mounts to take their files from. */
export interface HiddenTree {
  readonly at: string;
  readonly root: RootMount;
  /** Takes what is written to the mount; absent where nothing can be. */
  readonly written?: { readonly mount: BindMount; readonly draft: LayerDraft };
}

/** Mounts that are ready to be shown to a process. */
export interface OpenMounts {
  readonly mounts: readonly RuntimeMount[];
  readonly hidden: readonly HiddenTree[];
  /** Variables from secrets. */
  readonly env: readonly string[];
}
