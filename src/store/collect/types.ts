// What a collection takes and gives, and how usage is told.

import type { ImageRecord } from '../types.ts';

/** What may go besides layers and blobs that nothing points to. */
export interface CollectOptions {
  /** `dangling`: only images without a name. Images of containers stay. Default `none`. */
  readonly images?: 'none' | 'dangling' | 'all';
  /** `all`: every cache record, as far as `until` and `keepBytes` allow. Default `none`. */
  readonly cache?: 'none' | 'all';
  /** Only what was made (images) or last used (cache) before, in milliseconds since the epoch. */
  readonly until?: number;
  /** Only images with, or without, these labels. */
  readonly labels?: readonly { readonly key: string; readonly value?: string; readonly not?: boolean }[];
  /** The most recently used cache records stay while their layers take no more than this. */
  readonly keepBytes?: number;
}

/** What went. */
export interface Collected {
  readonly images: readonly ImageRecord[];
  readonly cacheRecords: number;
  readonly layers: number;
  /** Files, drafts and folders of dead processes. */
  readonly leftovers: number;
  /** Bytes of layers and blobs. */
  readonly bytes: number;
}

/** One kind of content; sizes in bytes on disk. Layers that images share with the cache count as the images'. */
export interface Usage {
  readonly total: number;
  /** How many are in use: images by containers, containers that run, volumes by containers. */
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
}

/** The room everything takes. */
export interface StoreUsage {
  readonly images: Usage;
  readonly containers: Usage;
  readonly volumes: Usage;
  readonly cache: Usage;
  /** What only states of failed steps need. */
  readonly kept: Usage;
}
