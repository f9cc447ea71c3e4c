// What keeps a registry's content: one interface, kept in a folder or in an object store, one conformance suite for all.

import type { Descriptor, Digest } from '../../../oci/index.ts';

/**
 * The content of a registry. Names and digests that come in were checked against their grammar. Whatever a promise
 * acknowledges survives the end of the process at any instruction, and a loss of power.
 */
export interface RegistryStorage extends AsyncDisposable {
  // Repositories come into being with their first blob or manifest.

  /** Names in byte order. */
  repositories(page: Page): Promise<readonly string[]>;
  hasRepository(repository: string): Promise<boolean>;
  /** Forgets a repository with all that is in it; whether there was one. */
  deleteRepository(repository: string): Promise<boolean>;

  // Blobs: kept once, and known by each repository that they were pushed or mounted to.

  /** What a repository knows of a blob; asking for it renews its lease. */
  blob(repository: string, digest: Digest): Promise<BlobRecord | undefined>;
  openBlob(repository: string, digest: Digest): Promise<OpenBlob | undefined>;
  /** Makes a blob of `from` (any repository's, when left out) known to `repository`; undefined where there is none to be mounted. */
  mountBlob(repository: string, digest: Digest, from?: string): Promise<BlobRecord | undefined>;
  /** Forgets a blob that no manifest of the repository refers to; with `unusedSince` only if its lease was not renewed since then. */
  deleteBlob(
    repository: string,
    digest: Digest,
    options?: { readonly unusedSince?: Date },
  ): Promise<'deleted' | 'unknown' | 'in use'>;
  /** Blobs of a repository in the order of their digests, without manifests. */
  blobs(repository: string, page: Page): Promise<readonly BlobRecord[]>;

  /** The least bytes of a chunk but the last, where the storage needs that. */
  readonly chunkMinLength?: number;

  // Uploads: named by ids that cannot be guessed; a request may take one up where another broke off.

  /** Throws `TOOMANYREQUESTS` when more are open than the storage takes, in all or of `client`. */
  beginUpload(repository: string, client?: string): Promise<Upload>;
  upload(repository: string, id: string): Promise<Upload | undefined>;
  /**
   * Appends what `source` gives. What was received when it breaks is kept and counted. `start` is where the client means to
   * be. Throws `BLOB_UPLOAD_UNKNOWN`, `BLOB_UPLOAD_INVALID` with status 416 when it is not at `start`, `SIZE_INVALID` beyond `limit` bytes in all,
   * and `SIZE_INVALID` with status 400 when `source` ends with other than `length` bytes, of which nothing is kept.
   */
  appendUpload(
    repository: string,
    id: string,
    source: AsyncIterable<Buffer>,
    options: AppendOptions,
  ): Promise<Upload>;
  /** Makes the upload a blob of its repository. Throws `BLOB_UPLOAD_UNKNOWN`, and `DIGEST_INVALID`, after which the upload is gone. */
  finishUpload(repository: string, id: string, digest: Digest): Promise<BlobRecord>;
  /** Whether there was one. */
  cancelUpload(repository: string, id: string): Promise<boolean>;
  /** Open uploads, oldest first. */
  uploads(): Promise<readonly Upload[]>;

  // Manifests, tags, referrers.

  /** Takes a manifest in, under `tag` if one is given. Throws `MANIFEST_BLOB_UNKNOWN` when the repository lacks one of its blobs and it is not `incomplete`. */
  putManifest(repository: string, manifest: NewManifest, tag?: string): Promise<void>;
  /** By tag or digest. */
  manifest(repository: string, reference: ManifestReference): Promise<StoredManifest | undefined>;
  /** Without reading its bytes. */
  manifestRecord(repository: string, reference: ManifestReference): Promise<ManifestRecord | undefined>;
  /** With the tags that name it; whether there was one. With `unusedSince` only if no tag or index names it and it was not pushed since. */
  deleteManifest(
    repository: string,
    digest: Digest,
    options?: { readonly unusedSince?: Date },
  ): Promise<boolean>;
  /** In the order of their digests. */
  manifests(repository: string, page: Page): Promise<readonly ManifestRecord[]>;
  /** In byte order. */
  tags(repository: string, page: Page): Promise<readonly TagRecord[]>;
  /** Whether there was one; with `unusedSince` only if it was not set since then. */
  deleteTag(repository: string, tag: string, options?: { readonly unusedSince?: Date }): Promise<boolean>;
  /**
   * Descriptors of the manifests whose subject is `subject`, in the order of their digests, with artifact types and annotations. They are
   * read as they are asked for: annotations may be as large as manifests.
   */
  referrers(
    repository: string,
    subject: Digest,
    which: { readonly last?: string; readonly artifactType?: string },
  ): AsyncIterable<Descriptor>;

  /** Deletes content that no repository knows and no lease since `unusedSince` protects, and uploads that were left since then. */
  sweep(options: { readonly unusedSince: Date; readonly dryRun?: boolean }): Promise<Swept>;
  /** Deletes content that is corrupt: every repository forgets the blob or manifest, with tags, though manifests may refer to it. */
  discard(digest: Digest): Promise<void>;
  /** Where repositories are image layouts: the files of one that are not what they should be; with `repair` they are written anew. */
  verifyLayout?(repository: string, options: { readonly repair: boolean }): Promise<readonly string[]>;
  /** How much is kept: each content once, or what one repository has. */
  usage(repository?: string): Promise<Usage>;
}

/** A part of a sorted list: at most `limit` entries after `last`. */
export interface Page {
  readonly last?: string;
  readonly limit?: number;
}

/** A blob as a repository knows it; `size` in bytes. */
export interface BlobRecord {
  readonly digest: Digest;
  readonly size: number;
  /** When it was last pushed, mounted or asked for, give or take some minutes. */
  readonly used: Date;
}

/** A blob to be read. */
export interface OpenBlob extends AsyncDisposable {
  readonly digest: Digest;
  readonly size: number;
  /** Bytes from `start` up to, not including, `end`. A piece is valid until the next one is asked for. */
  read(start: number, end: number): AsyncIterable<Buffer>;
  /** The file that holds it, where one does. */
  readonly fd?: number;
}

/** What is to be true of bytes that are appended. */
export interface AppendOptions {
  readonly start?: number;
  readonly length?: number;
  readonly limit?: number;
}

/** An upload that was begun; `size` is the bytes received so far. */
export interface Upload {
  readonly repository: string;
  readonly id: string;
  readonly size: number;
  readonly begun: Date;
  readonly touched: Date;
}

/** How a manifest is asked for. */
export type ManifestReference = { readonly tag: string } | { readonly digest: Digest };

/** What is known of a manifest without reading it. */
export interface ManifestRecord {
  readonly digest: Digest;
  /** The media type it was pushed with. */
  readonly mediaType: string;
  readonly size: number;
  /** Its own, or its config's media type. */
  readonly artifactType?: string;
  readonly subject?: Digest;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Config and layers, but not those kept elsewhere (`urls`). */
  readonly blobs: readonly Digest[];
  /** Manifests of an index; the repository need not have them. */
  readonly manifests: readonly Digest[];
  /** Kept for an upstream registry, which has the blobs that are not here. */
  readonly incomplete?: true;
  readonly pushed: Date;
}

/** A manifest with its bytes. */
export interface StoredManifest extends ManifestRecord {
  readonly bytes: Buffer;
}

/** A manifest to take in, its digest verified. */
export type NewManifest = Omit<StoredManifest, 'pushed'>;

/** A tag and what it names. */
export interface TagRecord {
  readonly name: string;
  readonly digest: Digest;
  readonly updated: Date;
}

/** What a sweep deleted; bytes of blobs and of uploads. */
export interface Swept {
  readonly blobs: readonly { readonly digest: Digest; readonly size: number }[];
  readonly uploads: readonly Upload[];
}

/** How much content there is: blobs and manifests, and their bytes. */
export interface Usage {
  readonly blobs: number;
  readonly bytes: number;
}
