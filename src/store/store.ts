// What the store offers as a whole: its parts under one root, and what goes across them.

import type { Readable, Writable } from 'node:stream';
import type {
  ArchiveForm,
  ArchiveFormat,
  ArchiveMember,
  ArchiveReader,
  ImportOptions,
  LoadOptions,
  SavedImage,
} from './archive/index.ts';
import type { BuildHistory } from './builds/index.ts';
import type { CacheMountStore } from './cachemounts/index.ts';
import type { CheckOptions, Finding } from './check/index.ts';
import type { Collected, CollectOptions, StoreUsage } from './collect/index.ts';
import type { KeptStateStore } from './kept/index.ts';
import type { PlanStore } from './plans/index.ts';
import type {
  BlobSources,
  CacheStore,
  ContainerRecord,
  ContentStore,
  ImageRecord,
  ImageStore,
  LayerStore,
  Lease,
  RecordStore,
  VolumeStore,
} from './types.ts';

/** The store: everything Caisson keeps, under one folder that several processes use at once. */
export interface Store extends AsyncDisposable {
  /** The folder that holds everything (`/var/lib/caisson`). */
  readonly root: string;
  /** Run-time state of this root (`/run/caisson/<id of root>`): sockets, pids, network namespaces. */
  readonly runDirectory: string;
  readonly content: ContentStore;
  readonly layers: LayerStore;
  readonly images: ImageStore;
  readonly containers: RecordStore<ContainerRecord>;
  readonly volumes: VolumeStore;
  readonly cache: CacheStore;
  readonly cacheMounts: CacheMountStore;
  /** Repositories that have what is here. */
  readonly blobSources: BlobSources;
  readonly builds: BuildHistory;
  /** States of failed steps. */
  readonly kept: KeptStateStore;
  /** Plans of builds. */
  readonly plans: PlanStore;
  /**
   * Keeps what this process makes or uses from being collected by another one while the lease lasts. Layers and blobs
   * made outside of any lease are held until the store is closed. Leases end with the process.
   */
  lease(): Lease;
  /** Loads an image archive: all of its images or nothing. See {@link LoadOptions}. */
  load(source: string | Readable, options?: LoadOptions): Promise<readonly ImageRecord[]>;
  /** Opens an archive, a folder or a tar, to read its files where they lie. Throws `ARCHIVE_NOT_FOUND`, `ARCHIVE_INVALID`, `ARCHIVE_UNSAFE`. */
  readArchive(path: string, signal?: AbortSignal): Promise<ArchiveReader>;
  /** Writes images to a path or, as tar, to a stream. Throws `BLOB_NOT_FOUND`, `TARGET_EXISTS`, `FORMAT_UNFIT`. */
  save(images: readonly SavedImage[], target: string | Writable, format: ArchiveFormat): Promise<void>;
  /** Writes the files of an archive to a path or, as tar, to a stream; the path appears when all is written. Throws `TARGET_EXISTS`, `BLOB_CORRUPT`. */
  writeArchive(
    members: readonly ArchiveMember[],
    target: string | Writable,
    form: ArchiveForm,
  ): Promise<void>;
  /** Makes an image of one layer from a root file system's tar. */
  importRootfs(source: string | Readable, options?: ImportOptions): Promise<ImageRecord>;
  /** Deletes what nothing needs, and what `options` allow besides. */
  collect(options?: CollectOptions): Promise<Collected>;
  /** Measures the store; `volumesInUse` are names of volumes that containers mount. */
  usage(options?: { readonly volumesInUse?: ReadonlySet<string> }): StoreUsage;
  /** Verifies everything, and mends it with `repair`; `probes` look for what the store cannot see (mounts, processes). */
  check(options?: CheckOptions): Promise<readonly Finding[]>;
  /** The folder of a container's own files (writable layer, log); it need not exist. Throws `ID_INVALID`. */
  containerDirectory(id: string): string;
}
