// Dropping what cannot be mended, with everything that needs it.

import type { Digest } from '../../oci/index.ts';
import { layerFolder, moveToTrash } from '../collect/index.ts';
import { writeIndex } from '../content/index.ts';
import type { LayerId } from '../types.ts';
import type { CheckParts } from './parts.ts';

/** Forgets a layer and what needs it, then its folder. */
export function dropBrokenLayer({ database, paths }: CheckParts, id: LayerId): void {
  database.transaction(
    () => {
      database.run(
        'DELETE FROM image WHERE manifest_digest IN (SELECT manifest_digest FROM image_layer WHERE layer = ?)',
        id,
      );
      database.run(
        'DELETE FROM container WHERE id IN (SELECT container FROM container_layer WHERE layer = ?)',
        id,
      );
      database.run('DELETE FROM cache WHERE key IN (SELECT key FROM cache_layer WHERE layer = ?)', id);
      database.run(
        'DELETE FROM kept_state WHERE id IN (SELECT kept_state FROM kept_state_layer WHERE layer = ?)',
        id,
      );
      database.run('DELETE FROM layer WHERE id = ?', id);
    },
    { durable: true },
  );
  moveToTrash(paths.trash, layerFolder(paths, id));
}

/** Forgets an image; its layers stay for whatever else needs them. */
export function dropImage({ database }: CheckParts, manifestDigest: Digest): void {
  database.transaction(() => database.run('DELETE FROM image WHERE manifest_digest = ?', manifestDigest), {
    durable: true,
  });
}

/** Forgets an index; its images stay, the one its names gave under them. */
export function dropIndex({ database, images, content, paths }: CheckParts, digest: Digest): void {
  database.transaction(
    () => {
      database.run('DELETE FROM image_index WHERE digest = ?', digest);
      writeIndex(paths.root, images, content);
    },
    { durable: true },
  );
}
