// Caches that leave the store and come back: what is asked for, what they hold, and who carries them to a registry.

import type { Readable } from 'node:stream';
import type { Descriptor, Digest } from '../../oci/index.ts';
import type { CacheMountKey, LayerCompression, LayerId } from '../../store/index.ts';

/** Where a build looks for results (`--cache-from`). */
export type CacheSource =
  | {
      readonly kind: 'local';
      /** The folder of an image layout. */
      readonly src: string;
      /** The entry of `index.json`; default `latest`. */
      readonly tag?: string;
      readonly digest?: Digest;
    }
  | {
      readonly kind: 'registry';
      /** A cache or an image with an inline cache; also an image in the store. */
      readonly ref: string;
      readonly insecure: boolean;
    };

/** How a cache is written. */
export interface CacheForm {
  /** `min`: what the layers of the image came from; `max`: every step of the build. */
  readonly mode: 'min' | 'max';
  readonly compression: LayerCompression;
  readonly forceCompression: boolean;
  readonly ociMediaTypes: boolean;
  /** An image manifest, or an index that lists the layers. */
  readonly imageManifest: boolean;
  /** A failure is told and does not fail the build. */
  readonly ignoreError: boolean;
  /** With the contents of cache mounts. */
  readonly mounts: boolean;
}

/** A cache in a folder. */
export interface LocalCacheTarget extends CacheForm {
  readonly kind: 'local';
  readonly dest: string;
  readonly tag: string;
}

/** A cache in a registry. */
export interface RegistryCacheTarget extends CacheForm {
  readonly kind: 'registry';
  readonly ref: string;
  readonly insecure: boolean;
}

/** A cache in the config of the image. */
export interface InlineCacheTarget {
  readonly kind: 'inline';
}

/** Where a build writes what it found out (`--cache-to`). */
export type CacheTarget = LocalCacheTarget | RegistryCacheTarget | InlineCacheTarget;

/** What a build is asked for with respect to caches outside of the store. */
export interface CacheRequest {
  readonly cacheFrom?: readonly CacheSource[];
  readonly cacheTo?: readonly CacheTarget[];
}

/** Carries caches to and from a registry; the registry client provides it. */
export interface CacheTransport {
  /** Pushes the root (manifest or index) and all it refers to; blobs that the registry has need not be opened. */
  push(cache: PushedCache, options: { readonly signal: AbortSignal }): Promise<void>;
  /** The descriptor that a reference (a tag or a digest) gives; undefined where there is none. */
  resolve(from: CacheReference, options: { readonly signal: AbortSignal }): Promise<Descriptor | undefined>;
  /** The bytes of a manifest or a blob below the reference; the caller verifies them. */
  fetch(from: CacheReference, blob: Descriptor, options: { readonly signal: AbortSignal }): Promise<Readable>;
}

/** A repository with a tag or a digest. */
export interface CacheReference {
  /** Full: `registry.test/app:cache`. */
  readonly name: string;
  /** The registry may speak plain HTTP or have an unknown certificate. */
  readonly insecure: boolean;
}

/** A cache to push. */
export interface PushedCache extends CacheReference {
  readonly root: Descriptor;
  /** Everything to be there, layers first, the root last. */
  readonly blobs: readonly { readonly descriptor: Descriptor; readonly open: () => Promise<Readable> }[];
}

/** A step of a build that makes a layer, once it is solved. */
export interface SolvedStep {
  readonly key: Digest;
  /** The key by where its files come from, where it has one. */
  readonly definition?: Digest;
}

/** A layer outside of the store. */
export interface CacheLayer {
  readonly diffId: Digest;
  /** With a media type of the OCI image specification. */
  readonly descriptor: Descriptor;
  /** When the layer was made; milliseconds since the epoch. */
  readonly created: number;
  /** Not verified. */
  readonly open: () => Promise<Readable>;
}

/** What a step gave. */
export interface CachedResult {
  readonly key: Digest;
  readonly parts: Readonly<Record<string, string>>;
  /** Bottom first. */
  readonly layers: readonly CacheLayer[];
}

/** The contents of a cache mount, as the tar that the layer is. */
export interface CachedMount extends CacheMountKey {
  readonly layer: CacheLayer;
}

/** A cache that was read. */
export interface ImportedCache {
  /** As people know it: `local cache "cache"`. */
  readonly name: string;
  readonly records: ReadonlyMap<Digest, CachedResult>;
  /** Keys by content by the keys by definition. */
  readonly links: ReadonlyMap<Digest, Digest>;
  readonly mounts: readonly CachedMount[];
}

/** A result that came from outside: its layers are in the store now. */
export interface BroughtResult {
  readonly layers: readonly LayerId[];
  readonly parts: Readonly<Record<string, string>>;
  /** The cache it came from. */
  readonly from: string;
}

/** The caches that a build may use besides the store's own. */
export interface CacheImports {
  /** The key by content that a definition has. */
  link(definition: Digest): Digest | undefined;
  /** A result that can be brought, as far as is known. */
  find(key: Digest): CachedResult | undefined;
  /** Brings the layers of a result into the store; undefined where no cache has it whole, which is told. */
  bring(key: Digest): Promise<BroughtResult | undefined>;
  /** Brings one layer. Throws what reading it throws. */
  bringLayer(layer: CacheLayer): Promise<LayerId>;
  /** The contents of cache mounts that the caches have. */
  readonly mounts: readonly CachedMount[];
  /** Fills the empty folder of a new cache mount; false, and the folder empty, where no cache has its contents. */
  restoreMount(key: CacheMountKey, folder: string): Promise<boolean>;
  /** Whether layers were brought. */
  readonly brought: boolean;
}
