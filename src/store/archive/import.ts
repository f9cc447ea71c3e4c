// Importing a root file system: a tar becomes an image of one layer.

import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import {
  type HistoryEntry,
  hostPlatform,
  type ImageConfig,
  type Manifest,
  mediaTypes,
} from '../../oci/index.ts';
import type { ImageRecord } from '../types.ts';
import { openAdditions } from './additions.ts';
import { archiveBytes } from './archive-bytes.ts';
import type { ArchiveParts } from './parts.ts';
import type { ImportOptions } from './types.ts';

/** Imports a tar (gzip, zstd, xz and bzip2 too); its uncompressed digest is the layer's diffID. Throws what unpacking throws, and leaves nothing then. */
export async function importRootfs(
  parts: ArchiveParts,
  source: string | Readable,
  options: ImportOptions = {},
): Promise<ImageRecord> {
  using _lease = parts.holds.lease();
  const additions = openAdditions(parts);
  const stream = typeof source === 'string' ? openFile(source) : source;
  try {
    const layer = await parts.content.ingest(archiveBytes(stream), mediaTypes.ociLayer);
    additions.addedBlob(layer.digest);
    additions.expectLayer(layer.digest);
    const { id } = await parts.layers.unpack(layer, layer.digest);
    const config = Buffer.from(JSON.stringify(configOf(layer.digest, options)));
    const manifest: Manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      config: parts.content.put(config, mediaTypes.ociConfig),
      layers: [layer],
    };
    const bytes = Buffer.from(JSON.stringify(manifest));
    await parts.layers.sync();
    return parts.images.add({ config, manifest: bytes, layers: [id], names: options.names ?? [] });
  } catch (error) {
    await additions.undo();
    throw error;
  }
}

/** Throws `ARCHIVE_NOT_FOUND`. */
function openFile(path: string): Readable {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined && !stats.isDirectory()) return createReadStream(path);
  const what = stats === undefined ? 'does not exist' : 'is a folder';
  throw new CaissonError('ARCHIVE_NOT_FOUND', `"${path}" ${what}`, {
    hint: 'Name the tar of a root file system, or - for standard input.',
  });
}

function configOf(diffId: string, options: ImportOptions): ImageConfig {
  const created = (options.created ?? new Date()).toISOString();
  const history: HistoryEntry = {
    created,
    ...(options.author === undefined ? {} : { author: options.author }),
    comment: options.message ?? 'Imported from -',
  };
  return {
    created,
    ...(options.author === undefined ? {} : { author: options.author }),
    ...(options.platform ?? hostPlatform()),
    config: options.config ?? {},
    rootfs: { type: 'layers', diff_ids: [diffId] },
    history: [history],
  };
}
