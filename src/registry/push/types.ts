// What a push takes and gives.

import type { Readable } from 'node:stream';
import type { EventSink } from '../../core/index.ts';
import type { Descriptor, Digest, Platform } from '../../oci/index.ts';
import type { StreamCompression, StreamedLayer } from '../../store/index.ts';
import type { BlobPush } from '../types.ts';

/** How a push is watched and stopped. */
export interface PushWatch {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
}

/** How an image of the store is pushed. */
export interface PushImageOptions extends PushWatch {
  /** Only the image of this platform, without its index. */
  readonly platform?: Platform;
  /** Of layers that have none yet; default gzip. */
  readonly compression?: StreamCompression;
  /** Compress layers again that have another compression. */
  readonly forceCompression?: boolean;
  /** Push layers too that name other places to fetch them from. */
  readonly nondistributable?: boolean;
  /** Called with each layer when it is there. */
  readonly onLayer?: (layer: PushedLayer) => void;
}

/** How a layer came to the registry. */
export interface PushedLayer {
  /** Of its tar where that is known, else of its blob. */
  readonly id: Digest;
  readonly outcome: BlobPush | 'foreign';
  /** The repository it was mounted from, where that can be told. */
  readonly from?: string;
}

/** An image that is in a registry now. */
export interface PushedName {
  /** `registry.test/app:latest` */
  readonly name: string;
  readonly tag: string;
  /** Of the manifest, or of the index of several. */
  readonly descriptor: Descriptor;
  /** The index that the name gives in the store, where only the image of one platform is there and was pushed. */
  readonly partOf?: Digest;
}

/** A blob of an image, before it is known what it is in the registry. */
export interface PlannedBlob {
  /** As the stored manifest lists it. */
  readonly listed: Descriptor;
  readonly source: BlobOrigin;
  /** The digest that people know the layer by. */
  readonly id?: Digest;
}

/** Where a blob's bytes come from. */
export type BlobOrigin =
  | { readonly kind: 'stored'; readonly open: (offset: number) => Promise<Readable> | Readable }
  /** Made while it is pushed; in the place of what the manifest lists. */
  | { readonly kind: 'made'; readonly layer: StreamedLayer }
  /** Not in the store: taken from a registry that has it, else made as another blob. */
  | { readonly kind: 'absent'; readonly layer: StreamedLayer }
  /** Not pushed: the manifest says where else it is. */
  | { readonly kind: 'foreign' };

/** A manifest as it is stored, and the blobs it lists: its config, then its layers. */
export interface PlannedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly blobs: readonly PlannedBlob[];
}

/** A manifest of statements about another one. */
export interface PlannedAttestation extends PlannedManifest {
  /** The manifest it is about. */
  readonly subject: Digest;
}

/** All that an image consists of. */
export interface PushPlan {
  /** One, or those of the index in its order. */
  readonly manifests: readonly PlannedManifest[];
  readonly attestations: readonly PlannedAttestation[];
  readonly index?: { readonly mediaType: string; readonly bytes: Buffer };
  /** The index that the only manifest is from, where the store has no more of it. */
  readonly partOf?: Digest;
  /** Reads a small blob of the store. */
  readonly read: (digest: Digest) => Buffer;
}

/** A manifest to put. */
export interface FinalManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}
