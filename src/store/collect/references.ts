// What points to what: the layers and blobs that nothing needs.

import type { Database } from '../database/index.ts';
import type { LayerId } from '../types.ts';

/** A layer that nothing points to. */
export interface UnusedLayer {
  readonly id: LayerId;
  readonly usage: number | null;
}

/** Layers that no image, container, cache record, kept state or living session needs. */
export function unusedLayers(database: Database): readonly UnusedLayer[] {
  return database.all<UnusedLayer>(`
    SELECT id, usage FROM layer
    WHERE NOT EXISTS (SELECT 1 FROM image_layer WHERE layer = layer.id)
      AND NOT EXISTS (SELECT 1 FROM container_layer WHERE layer = layer.id)
      AND NOT EXISTS (SELECT 1 FROM cache_layer WHERE layer = layer.id)
      AND NOT EXISTS (SELECT 1 FROM kept_state_layer WHERE layer = layer.id)
      AND NOT EXISTS (SELECT 1 FROM held WHERE kind = 'layer' AND held.id = layer.id)`);
}

/** Digests of the blobs that images, indexes and layers are made of. */
export function recordedBlobs(database: Database): ReadonlySet<string> {
  const rows = database.all<{ digest: string }>(`
    SELECT manifest_digest AS digest FROM image
    UNION SELECT id FROM image
    UNION SELECT entry.value ->> '$.digest' FROM image, json_each(image.manifest, '$.layers') AS entry
    UNION SELECT blob_digest FROM layer WHERE blob_digest IS NOT NULL
    UNION SELECT blob_digest FROM layer_form WHERE diff_id IN (SELECT diff_id FROM layer)
    UNION SELECT digest FROM image_index
    UNION SELECT blob FROM index_blob`);
  return new Set(rows.map((row) => row.digest));
}

/** Digests of blobs that living sessions hold; `except` leaves one session out. */
export function heldBlobs(database: Database, except = ''): ReadonlySet<string> {
  const sql = "SELECT id FROM held WHERE kind = 'blob' AND session <> ?";
  return new Set(database.all<{ id: string }>(sql, except).map((row) => row.id));
}
