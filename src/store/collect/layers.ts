// Deleting the layers that nothing points to.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../database/index.ts';
import type { StorePaths } from '../root.ts';
import type { LayerId } from '../types.ts';
import { unusedLayers } from './references.ts';
import { moveToTrash } from './trash.ts';

/** What was deleted. */
export interface DroppedLayers {
  readonly layers: readonly LayerId[];
  readonly bytes: number;
}

/**
 * Forgets unused layers, out of `candidates` where given, then moves their folders away. The rows go first and
 * durably: after a crash a folder without a row is found as stray, and no row ever lacks its folder.
 */
export function dropLayers(
  database: Database,
  paths: StorePaths,
  candidates?: ReadonlySet<LayerId>,
): DroppedLayers {
  const dropped = database.transaction(
    () => {
      const unused = unusedLayers(database).filter(({ id }) => candidates?.has(id) ?? true);
      for (const { id } of unused) database.run('DELETE FROM layer WHERE id = ?', id);
      if (unused.length > 0)
        database.run(
          'DELETE FROM layer_form WHERE diff_id NOT IN (SELECT diff_id FROM layer WHERE diff_id IS NOT NULL)',
        );
      return unused;
    },
    { durable: true },
  );
  for (const { id } of dropped) moveToTrash(paths.trash, layerFolder(paths, id));
  return {
    layers: dropped.map(({ id }) => id),
    bytes: dropped.reduce((sum, { usage }) => sum + (usage ?? 0), 0),
  };
}

/** The folder of a layer. */
export function layerFolder(paths: StorePaths, id: LayerId): string {
  return join(paths.layers, id);
}

/** Whether a layer's folder is there. */
export function hasLayerFolder(paths: StorePaths, id: LayerId): boolean {
  return lstatSync(layerFolder(paths, id), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
