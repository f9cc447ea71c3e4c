// What saving, loading and importing take.

import type { ExecutionConfig, Platform } from '../../oci/index.ts';
import type { ImageRecord, IndexRecord } from '../types.ts';

/** How an archive is loaded. */
export interface LoadOptions {
  /** Which platform's image to take of several; default all that are there. */
  readonly platform?: Platform;
  readonly signal?: AbortSignal;
}

/** An image to save, and the names to save it under (full form). */
export interface SavedImage {
  readonly image: ImageRecord;
  /** The index the image was chosen from: all of it is saved. */
  readonly index?: IndexRecord;
  readonly names: readonly string[];
}

/** The forms an archive can have. The docker ones are image layouts too, with `manifest.json` beside. */
export type ArchiveFormat = 'docker-archive' | 'oci-archive' | 'oci-dir' | 'docker-dir';

/** What the image is to be besides its files. */
export interface ImportOptions {
  readonly names?: readonly string[];
  readonly config?: ExecutionConfig;
  readonly platform?: Platform;
  readonly author?: string;
  /** Shown as the comment of the image's one history entry. */
  readonly message?: string;
  /** Default now. */
  readonly created?: Date;
  readonly signal?: AbortSignal;
}
