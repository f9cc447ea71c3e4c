// What the store's parts offer: content, layers, images, containers, volumes and cache records.

import type { Readable } from 'node:stream';
import type { Descriptor, Digest, ImageConfig, Index, Manifest, Platform } from '../oci/index.ts';
import type { LayerCompression } from './compression/index.ts';

/** Names a layer in this store; says nothing about its content. */
export type LayerId = string;

/** A time in which nothing this process made or uses is collected. */
export interface Lease extends Disposable {
  /** Holds layers found elsewhere: those of a base image. Throws `LAYER_NOT_FOUND` for one already collected. */
  hold(layers: readonly LayerId[]): void;
}

/** Blobs by digest, as an OCI image layout on disk. */
export interface ContentStore {
  has(digest: Digest): boolean;
  /** Holds a blob against collection; whether it is there. */
  hold(digest: Digest): boolean;
  /** Bytes of the blob's file, or undefined where there is none. */
  size(digest: Digest): number | undefined;
  /** The blob's file; it need not exist. Throws `DIGEST_INVALID`. */
  path(digest: Digest): string;
  /** Reads a small blob whole, checks its digest; throws `BLOB_NOT_FOUND`, `BLOB_CORRUPT`, `BLOB_TOO_LARGE` (over `limit` bytes, default 4 MiB). */
  read(digest: Digest, limit?: number): Buffer;
  /** The bytes of a blob of any size, not verified; throws `BLOB_NOT_FOUND`. */
  stream(digest: Digest): Readable;
  /** Writes bytes; the same bytes twice is one blob. */
  put(bytes: Uint8Array, mediaType: string): Descriptor;
  /** Streams into a temporary file, hashing; verified against `expected`, synced, renamed. */
  ingest(
    source: Readable,
    mediaType: string,
    expected?: { readonly digest: Digest; readonly size?: number },
  ): Promise<Descriptor>;
}

/** A writable folder that becomes a layer; `upper` and `work` lie on one file system, fit for an overlay mount. */
export interface LayerDraft {
  readonly id: LayerId;
  readonly upper: string;
  readonly work: string;
}

/** What is known of a layer's tar form. `size` is the length of the canonical uncompressed tar in bytes. */
export interface LayerDiff {
  readonly diffId: Digest;
  readonly size: number;
}

/** A kept layer. `blob` is the form it was received in (gzip…), whose bytes are in the content store. */
export interface LayerRecord {
  readonly id: LayerId;
  readonly diff?: LayerDiff;
  readonly blob?: Descriptor;
  /** Bytes of its files on disk. */
  readonly usage?: number;
  readonly created: number;
}

/** Layers: folders in overlay form (whiteouts are 0/0 character devices, `trusted.overlay.opaque`), immutable once kept. */
export interface LayerStore {
  readonly driver: LayerDriver;
  get(id: LayerId): LayerRecord | undefined;
  /** A layer that has this diffID, if one is kept. */
  byDiffId(diffId: Digest): LayerRecord | undefined;
  draft(): LayerDraft;
  /** Makes the draft a layer; its digest is computed when {@link diff} is asked for. `known`: the digest, where the writer already has it. */
  keep(draft: LayerDraft, known?: LayerDiff): LayerRecord;
  discard(draft: LayerDraft): Promise<void>;
  /** DiffID and size of the canonical tar; computed once, on a worker thread, then remembered. */
  diff(id: LayerId): Promise<LayerDiff>;
  /** The canonical tar of a layer, as stored blob when there is one. Always uncompressed. */
  tar(id: LayerId): Promise<Readable>;
  /** The layer in the form it is to leave the store in; what was compressed is kept as a blob and not compressed again. */
  formed(id: LayerId, form: LayerForm): Promise<LayerBlob>;
  /** The layer compressed while it is read: the bytes are kept nowhere, what they are is remembered. */
  streamed(id: LayerId, compression: StreamCompression): Promise<StreamedLayer>;
  /**
   * Unpacks a layer blob (tar; gzip or zstd told by content) that is in the content store; the same diffID twice is one layer.
   * `created`: when it was made, in milliseconds (default: now).
   */
  unpack(blob: Descriptor, expected?: Digest, created?: number): Promise<LayerRecord>;
  /**
   * The layer with the diffID `expected` out of that blob: what is not there is received, and unpacked meanwhile; both digests are
   * verified. What was received when it fails is kept for the next try, here or in another process; one receives at a time.
   * Throws `DIGEST_MISMATCH`, `SIZE_MISMATCH`, `LAYER_DIGEST_MISMATCH`, and what unpacking and the source throw.
   */
  receive(blob: Descriptor, expected: Digest, options: ReceiveOptions): Promise<LayerRecord>;
  /** Reads the layer's folder again: what is not as it was kept, in a few words, or undefined when all is well. */
  verify(id: LayerId): Promise<string | undefined>;
  /** Writes all layers to the disk (`syncfs`): once, before an image that uses new ones is recorded. */
  sync(): Promise<void>;
  /** Chains of layers as one tar of their merged trees; `time` (milliseconds) is given to everything. */
  treeTar(trees: readonly LayerTree[], options?: { readonly time?: number }): Readable;
  /** What the layer itself holds, directories before what is in them. */
  entries(id: LayerId): Iterable<LayerEntry>;
  /** A read-only view of a chain of layers (bottom first) as one tree. */
  view(layers: readonly LayerId[], upper?: string): TreeView;
}

/** How a layer's blob is received. */
export interface ReceiveOptions {
  /** The bytes from `offset`; not asked for where they are not needed. */
  readonly open: (offset: number, signal: AbortSignal) => Promise<Readable>;
  readonly signal: AbortSignal;
  /** Called with the bytes that are there. */
  readonly onProgress: (received: number) => void;
  /** Called while another process receives the blob, with the bytes it has. */
  readonly onWait: (received: number) => void;
}

/** A chain of layers to be packed as one tree. */
export interface LayerTree {
  /** Bottom first. */
  readonly layers: readonly LayerId[];
  /** A directory at the top of the tar that holds the tree. */
  readonly prefix?: string;
  /** Keep the whiteouts that take away from layers below these: then the tar is that of a layer (default: no). */
  readonly marks?: boolean;
}

/** How a layer is to leave the store. */
export interface LayerForm {
  readonly compression: LayerCompression;
  /** Whether a layer that was received in another compression is compressed anew. */
  readonly force: boolean;
  readonly times?: LayerTimes;
}

/** What becomes of the modification times in a layer (milliseconds since 1970): newer ones become `latest`, or all become `fixed`. */
export type LayerTimes = { readonly latest: number } | { readonly fixed: number };

/** The bytes of a layer in some form. */
export interface LayerBlob {
  /** Digest of its uncompressed tar: the layer's own, unless the form changes what is in it. */
  readonly diffId: Digest;
  /** With the media type of the OCI image specification. */
  readonly descriptor: Descriptor;
  open(): Promise<Readable>;
}

/** The compressions that leave a layer's diffID as it is. */
export type StreamCompression = LayerCompression & { readonly kind: 'uncompressed' | 'gzip' | 'zstd' };

/** A layer whose compressed bytes are made when they are asked for; the same bytes each time. */
export interface StreamedLayer {
  readonly diffId: Digest;
  /** Of the OCI image specification. */
  readonly mediaType: string;
  /** What the bytes are, where they were made before. */
  readonly known: Descriptor | undefined;
  /** The bytes; the stream throws `LAYER_INVALID` at its end where they are not those of the layer. */
  open(): Promise<Readable>;
  /** Remembers what the bytes were. */
  remember(bytes: Pick<Descriptor, 'digest' | 'size'>): Descriptor;
}

/** One entry of a layer as the layer itself has it; `whiteout` takes what lower layers have at its path. */
export interface LayerEntry {
  /** Absolute in the image, bytes as latin1 characters. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'whiteout' | 'other';
  /** Bytes of a file. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** A directory that hides all that lower layers have in it. */
  readonly opaque: boolean;
  /** The file on the host, bytes as latin1 characters. */
  readonly source: string;
}

/** How a layer's tree is kept on disk and mounted. */
export interface LayerDriver {
  readonly name: string;
  /** The overlay's lower folders of a chain given bottom first, topmost first as the kernel wants them. */
  lower(layers: readonly LayerId[]): readonly string[];
}

/** One entry of a tree. Times are nanoseconds since the epoch. */
export interface TreeEntry {
  /** Absolute path in the tree, `/` separated, bytes as latin1 characters. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'fifo' | 'character' | 'block' | 'socket';
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: bigint;
  readonly linkTarget?: string;
  readonly device?: bigint;
  /** The real file of the entry on the host, in the layer that provides it. */
  readonly source: string;
  /** (device, inode) when the file has several names. */
  readonly hardlink?: string;
}

/** A chain of layers as one tree, without a mount; paths and links never leave the tree. */
export interface TreeView {
  /** The entry at `path` itself. */
  lstat(path: string): TreeEntry | undefined;
  /** Follows every link of `path` (the last too unless `last` is false) inside the tree; returns the canonical path, which need not exist. Throws `PATH_LINK_LOOP`. */
  resolve(path: string, options?: { readonly last?: boolean }): string;
  /** Names in a directory, sorted by bytes. */
  list(path: string): readonly string[];
  /** Reads a file (links followed); undefined where there is none; throws `FILE_TOO_LARGE` over `limit` bytes. */
  read(path: string, limit?: number): Buffer | undefined;
  xattrs(entry: TreeEntry): ReadonlyMap<string, Buffer>;
}

/** An image in the store: a manifest and where its layers are. */
export interface ImageRecord {
  readonly manifestDigest: Digest;
  /** Bytes of the manifest as it is stored. */
  readonly manifestSize: number;
  readonly manifest: Manifest;
  /** Digest of the config: Docker's image id. */
  readonly id: Digest;
  readonly config: ImageConfig;
  readonly platform: Platform;
  /** Bottom first. */
  readonly layers: readonly LayerId[];
  /** `docker.io/library/busybox:latest` */
  readonly names: readonly string[];
  /** What each name stands for: the manifest, or the index that it was chosen from; what a registry has of it once it was pushed. */
  readonly named: Readonly<Record<string, Digest>>;
  /** Bytes of all layers, uncompressed. */
  readonly size: number;
  readonly created: number;
  /** The named index that it belongs to without being the one its names give. */
  readonly memberOf?: Digest;
}

/** Several images under one digest: one for each platform, and what is attached to them (image-spec, image-index.md). */
export interface IndexRecord {
  readonly digest: Digest;
  /** Bytes of the index as it is stored. */
  readonly size: number;
  readonly index: Index;
  /** Those of its images that are in the store, in the index's order. */
  readonly images: readonly ImageRecord[];
  /** Blobs that it needs besides: attestations, and what these list. */
  readonly blobs: readonly Digest[];
  readonly names: readonly string[];
  readonly created: number;
}

/** Where blobs and manifests are known to be besides the store. */
export interface BlobSources {
  /** Notes that `repository` (`docker.io/library/busybox`) has or had them. */
  add(digests: readonly Digest[], repository: string): void;
  /** The repositories that are known to have or have had it, last seen first. */
  of(digest: Digest): readonly string[];
}

/** Images and their names. */
export interface ImageStore {
  /**
   * By name (normalised), by digest, or by a unique prefix of the id; of an index the image for `platform` (default: this
   * machine's, else the first), undefined where it has none for it. Throws `IMAGE_AMBIGUOUS`.
   */
  find(reference: string, platform?: Platform): ImageRecord | undefined;
  /** The index that a name or a digest gives. */
  findIndex(reference: string): IndexRecord | undefined;
  /** All indexes. */
  listIndexes(): readonly IndexRecord[];
  /**
   * Records an index of images that are in the store; `blobs` are what it lists besides (attestations and what these list),
   * put before. A name gives the image that fits this machine best. Throws `IMAGE_NOT_FOUND`, `BLOB_NOT_FOUND`.
   */
  addIndex(index: {
    readonly index: Uint8Array;
    readonly images: readonly Digest[];
    readonly blobs?: readonly Digest[];
    readonly names?: readonly string[];
  }): IndexRecord;
  /** Newest first; with `has`, without those whose first layer's blob it does not have: they are not even read. */
  list(has?: (blob: Digest) => boolean): readonly ImageRecord[];
  /** Records an image whose config and manifest are put as blobs; all in one transaction with its names. */
  add(image: {
    readonly config: Uint8Array;
    readonly manifest: Uint8Array;
    readonly layers: readonly LayerId[];
    readonly names?: readonly string[];
  }): ImageRecord;
  /** Runs `work`, which adds images and indexes, as one change of the store. */
  together<T>(work: () => T): T;
  /** Names an image by its manifest's digest, or an index by its own. */
  tag(digest: Digest, name: string): void;
  /** Notes that a registry has the image or index `of` under `name` as `digest`, with its layers compressed. */
  pushed(name: string, of: Digest, digest: Digest): void;
  untag(name: string): void;
  /** Forgets an image and its names; layers go with the next collection. Throws `IMAGE_IN_USE`. */
  remove(manifestDigest: Digest, options?: { readonly force?: boolean }): void;
}

/** How a record is written. */
export interface RecordOptions {
  /** Whether it must survive a loss of power, at the price of a sync to disk (default: true). */
  readonly durable?: boolean;
}

/** Small records by id with a unique name, each a JSON value; changes are atomic and durable. */
export interface RecordStore<T extends { readonly id: string; readonly name: string }> {
  get(id: string): T | undefined;
  /** By name, id, or a unique prefix of the id. */
  find(nameOrPrefix: string): T | undefined;
  list(): readonly T[];
  /** Throws `NAME_IN_USE`. */
  add(record: T, options?: RecordOptions): void;
  /** Replaces the record inside a transaction; `change` sees the newest one. Throws `NOT_FOUND`. */
  update(id: string, change: (record: T) => T, options?: RecordOptions): T;
  remove(id: string, options?: RecordOptions): void;
}

/** A container: how it was asked for and the state it is in. */
export interface ContainerRecord {
  readonly id: string;
  readonly name: string;
  readonly image: { readonly reference: string; readonly id: Digest; readonly manifestDigest: Digest };
  readonly layers: readonly LayerId[];
  readonly created: number;
  readonly state: ContainerState;
  /** Entry point and arguments, with the image's filled in. */
  readonly command: readonly string[];
  /** Ports taken on the host; empty while it does not run. */
  readonly ports: readonly ContainerPort[];
  /** The request as the engine understood it (engine's `ContainerRequest`), kept whole. */
  readonly request: unknown;
  /** Host ports, addresses and mounts as given when it last started (engine's own shape). */
  readonly runtime?: unknown;
}

/** A container's port reachable on the host. */
export interface ContainerPort {
  readonly protocol: 'tcp' | 'udp';
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostAddress?: string;
}

/** Where a container is in its life; times are milliseconds since the epoch. */
export interface ContainerState {
  readonly status: 'created' | 'running' | 'exited' | 'removing' | 'dead';
  readonly pid?: number;
  readonly exitCode?: number;
  readonly error?: string;
  readonly oomKilled?: boolean;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

/** A named volume: a folder under the root. */
export interface VolumeRecord {
  readonly id: string;
  readonly name: string;
  readonly driver: 'local';
  readonly labels: Readonly<Record<string, string>>;
  readonly created: number;
  readonly mountpoint: string;
  readonly anonymous: boolean;
}

/** Volumes and their folders. */
export interface VolumeStore extends RecordStore<VolumeRecord> {
  /** Makes a volume; without a name it is anonymous. Throws `VOLUME_NAME_INVALID`, `NAME_IN_USE`. */
  create(name?: string, options?: { readonly labels?: Readonly<Record<string, string>> }): VolumeRecord;
  /** Deletes a volume and its content. Throws `VOLUME_NOT_FOUND`. */
  delete(name: string): Promise<void>;
  /** The volume's folder, made when it is missing. */
  folder(record: VolumeRecord): string;
}

/** What a vertex gave when it ran, by the key of everything it depended on. */
export interface CacheRecord {
  readonly key: Digest;
  /** The layers of the result, bottom first. */
  readonly layers: readonly LayerId[];
  /** What the key is made of, by name: `args`, `base`, `file:/src/a.c`…; values are short texts or digests. */
  readonly parts: Readonly<Record<string, string>>;
  /** Names the step across builds (same Dockerfile, stage and position), so that a miss can be explained. */
  readonly slot: string;
  readonly created: number;
}

/** Cache records of build steps. */
export interface CacheStore {
  find(key: Digest): CacheRecord | undefined;
  /** The record of a slot that was last made or found. */
  latest(slot: string): CacheRecord | undefined;
  add(record: CacheRecord): void;
  /** All records, last used first. */
  list(): readonly CacheRecord[];
  /** Runs `work`, which looks for many records, as one change of the store. */
  together<T>(work: () => T): T;
}
