// What archives are read into and written from.

import type { Blobs } from '../content/index.ts';
import type { Database } from '../database/index.ts';
import type { Holds } from '../records/index.ts';
import type { ImageStore, LayerId, LayerStore } from '../types.ts';

/** What archives are loaded into and saved from. */
export interface ArchiveParts {
  readonly database: Database;
  readonly content: Blobs;
  readonly layers: LayerStore;
  readonly images: ImageStore;
  readonly holds: Holds;
  /** Where files are received. */
  readonly ingest: string;
  /** Deletes blobs and layers that nothing points to and no other session holds. */
  readonly discard: (blobs: readonly string[], layers: readonly LayerId[]) => Promise<void>;
}
