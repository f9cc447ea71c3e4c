// Cache mounts: folders that steps of builds write to and find again.

import type { Descriptor, Digest } from '../../oci/index.ts';
import type { LayerCompression } from '../compression/index.ts';

/** What a cache mount is found by. */
export interface CacheMountKey {
  /** As the Dockerfile has it, with the build's namespace. */
  readonly id: string;
  /** Names what it begins with: the digest of a tree, owner and mode; empty for an empty folder. */
  readonly base: string;
}

/** One folder of a cache mount; steps that share nothing have one each. Times are milliseconds since the epoch. */
export interface CacheMountRecord extends CacheMountKey {
  /** The folder's own name, unique in the store. */
  readonly name: string;
  readonly created: number;
  readonly lastUsed: number;
}

/** A cache mount in use; disposing it lets others have it. */
export interface OpenCacheMount extends Disposable {
  readonly record: CacheMountRecord;
  /** What the step sees. */
  readonly folder: string;
}

/** How a cache mount is taken. */
export interface OpenCacheMountOptions {
  /** `shared`: with all who share it; `private`: one that nobody uses, a new one if need be; `locked`: waits until nobody uses it. */
  readonly sharing: 'shared' | 'private' | 'locked';
  /** Fills a new folder, which is empty and has mode 0755. */
  readonly fill?: (folder: string) => void | Promise<void>;
  /** Called once when there is something to wait for. */
  readonly onWait?: () => void;
  readonly signal?: AbortSignal;
}

/** The contents of a cache mount as a tar that is a blob of the content store; `diffId` is the digest of the uncompressed tar. */
export interface PackedCacheMount {
  readonly blob: Descriptor;
  readonly diffId: Digest;
}

/** What pruning took. */
export interface PrunedCacheMounts {
  readonly count: number;
  readonly bytes: number;
}

/** Cache mounts of a store. Several processes use one store; a lock file in each folder says who uses it. */
export interface CacheMountStore {
  /** All folders, last used first. */
  list(): readonly CacheMountRecord[];
  /** Takes a folder of this key, making it where there is none (free). */
  open(key: CacheMountKey, options: OpenCacheMountOptions): Promise<OpenCacheMount>;
  /** Deletes what nobody uses: what was last used before `until`, or is more than the `keepBytes` used last. */
  prune(options?: { readonly until?: number; readonly keepBytes?: number }): Promise<PrunedCacheMounts>;
  /**
   * Packs the folder of this key that was last used into a blob of the content store, waiting until nobody uses it; undefined
   * where there is none.
   */
  pack(
    key: CacheMountKey,
    compression: LayerCompression,
    signal: AbortSignal,
  ): Promise<PackedCacheMount | undefined>;
  /** Unpacks a blob of the content store into the empty folder of a new cache mount. Throws `LAYER_INVALID`, `LAYER_TOO_LARGE`, `DISK_FULL`. */
  unpack(packed: PackedCacheMount, folder: string): Promise<void>;
  /** Bytes on disk of each folder, and whether it is in use now. */
  measure(): readonly (CacheMountRecord & { readonly bytes: number; readonly active: boolean })[];
}
