// What the registry client offers: repositories on registries, with their manifests, blobs, tags and referrers.

import type { Readable } from 'node:stream';
import type { Descriptor, Digest } from '../oci/index.ts';

/** Who one is to a registry. `identityToken` is an OAuth2 refresh token. */
export interface Credentials {
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  /** A bearer token to be sent as it is. */
  readonly registryToken?: string;
}

/** What one may do to a repository (distribution token scope). */
export type RepositoryAction = 'pull' | 'push' | 'delete';

/** How a request is stopped. */
export interface RequestOptions {
  readonly signal: AbortSignal;
}

/** A client of registries; connections and tokens are kept and shared by its repositories. Disposing closes connections. */
export interface RegistryClient extends AsyncDisposable {
  /** A repository by its domain and path, `docker.io/library/busybox`. */
  repository(name: string, options?: RepositoryOptions): RemoteRepository;
  /** Checks credentials with a registry; gives what is to be stored: the identity token where one is given for them. Throws `UNAUTHORIZED`. */
  login(
    domain: string,
    credentials: Credentials,
    options: RequestOptions & RepositoryOptions,
  ): Promise<Credentials>;
  /** Names of the repositories of a registry (`/v2/_catalog`). */
  catalog(domain: string, options: RequestOptions & RepositoryOptions): AsyncIterable<string>;
  /** Repositories of a registry that match a term, by its search service, else by their names. */
  search(
    domain: string,
    term: string,
    options: RequestOptions & RepositoryOptions & { readonly limit: number },
  ): Promise<readonly FoundRepository[]>;
}

/** A repository that a search found. */
export interface FoundRepository {
  /** Within the registry, as it gives it. */
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
}

/** How a registry is spoken to, beside what the hosts file says. */
export interface RepositoryOptions {
  /** It may speak plain HTTP or have an unknown certificate. */
  readonly insecure?: boolean;
}

/** A manifest as the registry has it. */
export interface RemoteManifest {
  /** With the digest of `bytes`, which is verified where one was asked for. */
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** One repository of a registry (distribution-spec 1.1). */
export interface RemoteRepository {
  /** `docker.io/library/busybox` */
  readonly name: string;
  /** The registry's host and port. */
  readonly domain: string;
  /** The descriptor that a tag or digest names (HEAD, else GET); undefined where there is none. */
  resolve(reference: string, options: RequestOptions): Promise<Descriptor | undefined>;
  /** A manifest by tag or digest, at most 4 MiB. Throws `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`, `DIGEST_MISMATCH`. */
  manifest(reference: string, options: RequestOptions): Promise<RemoteManifest>;
  /** Puts a manifest under a tag or its digest; gives its descriptor. A subject is entered in the referrers tag where the registry has no referrers API. */
  putManifest(
    reference: string,
    manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
    options: RequestOptions,
  ): Promise<Descriptor>;
  /** Deletes a tag, or a manifest by digest. Throws `MANIFEST_NOT_FOUND`, `UNSUPPORTED`. */
  deleteManifest(reference: string, options: RequestOptions): Promise<void>;
  /** Bytes of a blob, or undefined where the repository does not have it. */
  blobSize(digest: Digest, options: RequestOptions): Promise<number | undefined>;
  /**
   * The bytes of a blob from `offset`; broken connections are taken up again with a range. No more bytes than the descriptor
   * says; the reader verifies the digest. Throws `BLOB_NOT_FOUND`, `BLOB_SIZE_MISMATCH`; the stream throws these and `BLOB_TRUNCATED`.
   */
  blob(descriptor: Descriptor, options: RequestOptions & { readonly offset?: number }): Promise<Readable>;
  /** Takes a blob in: not at all where it is there, by mounting where another repository of the registry has it, else by uploading. */
  pushBlob(blob: PushedBlob, options: RequestOptions & PushOptions): Promise<BlobPush>;
  /**
   * Uploads bytes while they are made; their digest is known at the end (POST, one PATCH of unknown length, PUT with the digest).
   * A broken upload begins again with `open`, which gives the same bytes each time. Gives what was uploaded.
   */
  pushStream(
    open: () => Promise<Readable> | Readable,
    options: RequestOptions & Pick<PushOptions, 'onProgress'>,
  ): Promise<Pick<Descriptor, 'digest' | 'size'>>;
  deleteBlob(digest: Digest, options: RequestOptions): Promise<void>;
  /** Tags in the registry's order. */
  tags(options: RequestOptions): AsyncIterable<string>;
  /** Manifests whose subject is `digest`; by the referrers tag where the registry has no referrers API. */
  referrers(
    digest: Digest,
    options: RequestOptions & { readonly artifactType?: string },
  ): Promise<readonly Descriptor[]>;
}

/** A blob to push. */
export interface PushedBlob {
  readonly descriptor: Descriptor;
  /** Its bytes from `offset`; asked for again when an upload is taken up after a broken connection. */
  readonly open: (offset: number) => Promise<Readable> | Readable;
}

/** How a blob is pushed. */
export interface PushOptions {
  /** Repositories of the same registry (`library/busybox`) that may have it. */
  readonly mountFrom?: readonly string[];
  /** Called with the bytes sent so far. */
  readonly onProgress?: (sent: number) => void;
}

/** How a blob came to be in a repository. */
export type BlobPush = 'exists' | 'mounted' | 'uploaded';
