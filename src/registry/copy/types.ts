// What copying works with: places that images are read from, and places that they are written to.

import type { Readable } from 'node:stream';
import type { EventSink } from '../../core/index.ts';
import type { Descriptor, Digest, Platform } from '../../oci/index.ts';
import type { LayerCompression, Store } from '../../store/index.ts';
import type { BlobPush, PushedBlob, RequestOptions } from '../types.ts';

/** A manifest or index, its bytes as they are. */
export interface ManifestBytes {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** A repository of a registry; blobs are mounted between those of one registry. */
export interface RepositoryName {
  readonly domain: string;
  /** `library/busybox` */
  readonly path: string;
}

/** One image, or index of images, in the place it is read from. What it gives need not be what was asked for: the reader verifies. */
export interface ImageSource extends AsyncDisposable {
  /** As messages name it. */
  readonly name: string;
  /** The repository that a blob is in. */
  repositoryOf?(blob: Descriptor): RepositoryName | undefined;
  /** The manifest or index that is meant. Throws `MANIFEST_NOT_FOUND` and what the place throws. */
  root(options: RequestOptions): Promise<ManifestBytes>;
  /** A manifest below the root, or one that refers to it. */
  manifest(descriptor: Descriptor, options: RequestOptions): Promise<Buffer>;
  /** The bytes of a blob from `offset`. Throws `BLOB_NOT_FOUND`. */
  blob(descriptor: Descriptor, options: RequestOptions & { readonly offset?: number }): Promise<Readable>;
  /** Manifests whose subject is `digest`. */
  referrers(digest: Digest, options: RequestOptions): Promise<readonly Descriptor[]>;
  /** Whether a manifest that an index lists is there; where it is not given, all are. */
  has?(descriptor: Descriptor): boolean;
}

/** Where an image is written to. Nothing is visible before `finish`; disposing before that undoes what was written. */
export interface ImageTarget extends AsyncDisposable {
  readonly name: string;
  /** Whether what refers to an image can be kept beside it. */
  readonly keepsReferrers: boolean;
  /** Whether it checks the digests of blobs itself while it takes them in. */
  readonly verifiesBlobs: boolean;
  /** Layers of non-distributable types may be left out. */
  readonly allowsForeignLayers: boolean;
  /** Told what comes before the first blob does. */
  expect?(manifests: readonly ManifestBytes[], origin: ImageOrigin): Promise<void>;
  /** Takes a blob in, not at all where it is there. */
  putBlob(blob: PushedBlob, options: PutBlobOptions): Promise<BlobPush>;
  /** Takes in a manifest whose blobs and manifests are there, but not its name. */
  putManifest(manifest: ManifestBytes, options: RequestOptions): Promise<void>;
  /** Puts the image's own manifest under the target's name: now it is there. */
  finish(root: ManifestBytes, options: RequestOptions): Promise<void>;
}

/** Where an image comes from. */
export interface ImageOrigin {
  /** Reads a small blob. */
  readonly read: (blob: Descriptor) => Promise<Buffer>;
  readonly repositoryOf: (blob: Descriptor) => RepositoryName | undefined;
}

/** How a blob is taken in. */
export interface PutBlobOptions extends RequestOptions {
  /** What gives it, as messages name it. */
  readonly origin: string;
  /** A repository that has it. */
  readonly from?: RepositoryName;
  /** Called with the bytes taken so far. */
  readonly onProgress?: (taken: number) => void;
}

/** The manifest forms an image can be given. */
export type ManifestFormat = 'oci' | 'docker';

/** How layers are compressed anew, and the store that holds them until they are copied. */
export interface LayerPress {
  readonly store: Store;
  readonly compression: LayerCompression;
}

/** What of an image is copied, and in which form. */
export interface CopyOptions extends RequestOptions {
  readonly onEvent: EventSink;
  /** All that an index lists, not the image of one platform. */
  readonly all?: boolean;
  /** Default: this machine's. */
  readonly platform?: Platform;
  /** Also what refers to what is copied: signatures, SBOMs. */
  readonly referrers?: boolean;
  /** Default: as it is. */
  readonly format?: ManifestFormat;
  /** Compress layers anew that have another compression. */
  readonly press?: LayerPress;
  /** Also layers that are to be fetched from addresses of their own. */
  readonly nondistributable?: boolean;
  /** Fail where a manifest's digest would change. */
  readonly preserveDigests?: boolean;
}

/** What a copy did. */
export interface CopyResult {
  /** Of the manifest or index that the target's name gives now. */
  readonly descriptor: Descriptor;
  readonly manifests: number;
  /** Blobs by how they came there. */
  readonly blobs: Readonly<Record<BlobPush, number>>;
  /** Bytes of the blobs that were moved. */
  readonly bytes: number;
}
