// What pulling is asked for and what it gives.

import type { EventSink } from '../../core/index.ts';
import type { Digest, Platform } from '../../oci/index.ts';
import type { ImageRecord, Store } from '../../store/index.ts';
import type { RegistryClient } from '../types.ts';

/** What images are pulled with. */
export interface PullServices {
  readonly store: Store;
  readonly client: RegistryClient;
}

/** How an image is pulled. */
export interface PullImageOptions {
  readonly onEvent: EventSink;
  readonly signal: AbortSignal;
  /** Default: this machine's. */
  readonly platform?: Platform;
  /** Take an image of another platform where the name gives no index: a warning says so. */
  readonly anyPlatform?: boolean;
  /** Record it under no name: what the name gives in the store stays. */
  readonly unnamed?: boolean;
  /** Everything an index lists, attestations too. */
  readonly allPlatforms?: boolean;
  /** Layers that are received at once; default 4. */
  readonly parallelism?: number;
}

/** A name that was pulled. */
export interface PulledName {
  /** `docker.io/library/busybox:latest`, or with a digest. */
  readonly name: string;
  /** Of the manifest or index that the registry has under the name. */
  readonly digest: Digest;
  /** Whether the name gave the same images before. */
  readonly upToDate: boolean;
  /** The image for the platform asked for. */
  readonly image: ImageRecord;
}
