// What a load adds to the store, so that a failing one leaves nothing behind.

import type { Digest } from '../../oci/index.ts';
import type { ArchiveParts } from './parts.ts';

/** Remembers what was not there before. */
export interface Additions {
  /** Say it before the blob is stored. */
  expectBlob(digest: Digest): void;
  /** For a blob whose digest was known only when it was stored. */
  addedBlob(digest: Digest): void;
  /** Say it before the layer is unpacked. */
  expectLayer(diffId: Digest): void;
  /** Deletes what was added since, unless something else points to it by now. */
  undo(): Promise<void>;
}

/** Starts remembering. */
export function openAdditions(parts: Pick<ArchiveParts, 'content' | 'layers' | 'discard'>): Additions {
  const blobs = new Set<Digest>();
  const diffIds = new Set<Digest>();
  return {
    expectBlob(digest) {
      if (!parts.content.has(digest)) blobs.add(digest);
    },
    addedBlob: (digest) => void blobs.add(digest),
    expectLayer(diffId) {
      if (!parts.layers.byDiffId(diffId)) diffIds.add(diffId);
    },
    async undo() {
      const layers = [...diffIds].flatMap((diffId) => parts.layers.byDiffId(diffId)?.id ?? []);
      await parts.discard([...blobs], layers);
    },
  };
}
