// What an export takes and gives: the built platforms, the outputs asked for, and what came of them.

import type { Writable } from 'node:stream';
import type { EventSink } from '../../core/index.ts';
import type { Descriptor, Digest, Platform } from '../../oci/index.ts';
import type { ImageRecord, LayerCompression, LayerId, Store } from '../../store/index.ts';
import type { ImageTemplate } from '../types.ts';

/** One platform's result before anything is written. */
export interface BuiltPlatform {
  readonly platform: Platform;
  readonly template: ImageTemplate;
  /** Bottom first; those of the base image are the first ones. */
  readonly layers: readonly LayerId[];
  /** Further members of the image's config: its inline cache. */
  readonly configMembers?: Readonly<Record<string, unknown>>;
}

/** Something to say of a result beside it. */
export interface Attestation {
  /** A URI. */
  readonly predicateType: string;
  /** What it is called where files are exported: `provenance.json`. */
  readonly fileName: string;
  /** The predicate for the platform at `position` of the outcome; `layers` as they were written, undefined where files are exported. */
  readonly predicate: (
    position: number,
    layers: readonly Descriptor[] | undefined,
  ) => object | Promise<object>;
}

/** All that a build gave, before anything is written. */
export interface BuildOutcome {
  /** In the order asked for; at least one. */
  readonly platforms: readonly BuiltPlatform[];
  /** Milliseconds since 1970 (`SOURCE_DATE_EPOCH`): no time in the image is later. */
  readonly epoch?: number;
  /** Whether everything in new layers is dated with the epoch: then no time of this machine is in the image. */
  readonly fixedTimes?: boolean;
  /** Whether layers were made that a loss of power could still take. */
  readonly changed: boolean;
  /** What is attached to images, in this order, and put beside files. */
  readonly attestations?: readonly Attestation[];
}

/** An annotation and where it goes. */
export interface ImageAnnotation {
  readonly level: 'manifest' | 'index' | 'manifest-descriptor' | 'index-descriptor';
  /** Only this platform's manifest or descriptor. */
  readonly platform?: Platform;
  readonly key: string;
  readonly value: string;
}

/** How an image is written, whatever it is written to. */
export interface ImageForm {
  /** Full names (`docker.io/library/app:latest`). */
  readonly names: readonly string[];
  readonly compression: LayerCompression;
  /** Compress layers again that the store has in another compression. */
  readonly forceCompression: boolean;
  /** OCI's media types (default), or Docker's. */
  readonly ociMediaTypes: boolean;
  /** Clamp the times of files in new layers to the epoch. */
  readonly rewriteTimestamp: boolean;
  readonly annotations: readonly ImageAnnotation[];
  /** One layer in the place of all that the build made. */
  readonly squash: boolean;
}

/** An image in the store, and in a registry with `push`. */
export interface ImageOutput extends ImageForm {
  readonly kind: 'image';
  readonly push: boolean;
  /** Push without names. */
  readonly pushByDigest: boolean;
  /** The registry may speak plain HTTP or have an unknown certificate. */
  readonly insecure: boolean;
  /** Keep the image in the store (default), or only push it. */
  readonly store: boolean;
  /** Also name it `name@digest`. */
  readonly nameCanonical: boolean;
  /** Names an image without a name `prefix@digest`. */
  readonly danglingNamePrefix?: string;
}

/** An image layout in a tar or a folder; `docker` has `manifest.json` too. */
export interface LayoutOutput extends ImageForm {
  readonly kind: 'oci' | 'docker';
  /** A path, or `-` for standard output (a tar only). */
  readonly destination: string;
  readonly tar: boolean;
}

/** The files of the result in a folder. */
export interface LocalOutput {
  readonly kind: 'local';
  readonly destination: string;
  /** `delete`: remove what the result does not have. */
  readonly mode: 'copy' | 'delete';
  /** A folder a platform (`linux_amd64`). Default: when there are several. */
  readonly platformSplit?: boolean;
  /** How the names of attestations' files begin. */
  readonly attestationPrefix?: string;
}

/** The files of the result as a tar. */
export interface TarOutput {
  readonly kind: 'tar';
  /** A path, or `-` for standard output. */
  readonly destination: string;
  /** How the names of attestations' files begin. */
  readonly attestationPrefix?: string;
}

/** The result is kept in the cache alone. */
export interface CacheOnlyOutput {
  readonly kind: 'cacheonly';
}

/** One output asked for. */
export type OutputRequest = ImageOutput | LayoutOutput | LocalOutput | TarOutput | CacheOnlyOutput;

/** Carries images to a registry; the registry client provides it. */
export interface ImageTransport {
  /** Pushes the root (manifest or index) and all it refers to under `name`; gives its descriptor as the registry has it. */
  push(image: PushedImage, options: ExportOptions): Promise<Descriptor>;
}

/** An image to push: each blob is there under its digest. */
export interface PushedImage {
  readonly name: string;
  readonly byDigest: boolean;
  readonly insecure: boolean;
  readonly root: Descriptor;
  /** Everything the root refers to, layers first, manifests last. */
  readonly blobs: readonly Descriptor[];
  /** The file of a blob. */
  readonly path: (digest: Digest) => string;
}

/** What an export works with. */
export interface ExportServices {
  readonly store: Store;
  readonly transport?: ImageTransport;
  /** Where an output named `-` goes; default standard output. */
  readonly stdout?: Writable;
}

/** How an export is watched and stopped. */
export interface ExportOptions {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
}

/** What one output gave. */
export interface OutputResult {
  readonly kind: OutputRequest['kind'];
  /** The manifest, or the index with several platforms; only of image forms. */
  readonly descriptor?: Descriptor;
  /** Digest of the config, and what it is for: where there is one platform. */
  readonly imageId?: Digest;
  readonly platform?: Platform;
  readonly names: readonly string[];
  /** As it is in the store now: kind `image` and loaded ones. */
  readonly image?: ImageRecord;
}

/** What an export gave. */
export interface ExportResult {
  /** In the order of the requests. */
  readonly outputs: readonly OutputResult[];
  /** The first image in the store. */
  readonly image?: ImageRecord;
  /** The first image form's digests. */
  readonly descriptor?: Descriptor;
  readonly imageId?: Digest;
  readonly names: readonly string[];
}
