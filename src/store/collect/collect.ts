// Collecting garbage: images and cache records that are to go, then the layers and blobs nothing points to.

import { dropPartial, stalePartials, writeIndex } from '../content/index.ts';
import type { Database } from '../database/index.ts';
import { isFullDisk, noRoomToRemove } from '../full-disk.ts';
import { dropBlobSources, dropDeadHolds, dropNameless, namelessIndexes } from '../records/index.ts';
import type { StorePaths } from '../root.ts';
import type { ContainerRecord, ContentStore, ImageStore, RecordStore } from '../types.ts';
import { dropBlobs } from './blobs.ts';
import { dropCacheRecords } from './cache.ts';
import { imagesToDrop } from './images.ts';
import { dropLayers } from './layers.ts';
import { findAbandoned, findStray } from './leftovers.ts';
import { recordedBlobs } from './references.ts';
import { emptyTrash, moveToTrash } from './trash.ts';
import type { Collected, CollectOptions } from './types.ts';

/** What a collection works on. */
export interface CollectParts {
  readonly paths: StorePaths;
  readonly database: Database;
  readonly content: ContentStore;
  readonly images: ImageStore;
  readonly containers: RecordStore<ContainerRecord>;
}

/**
 * Deletes what nothing needs; what living processes hold stays. A crash at any point leaves work for the next collection only.
 * Throws `DISK_FULL`.
 */
export async function collect(parts: CollectParts, options: CollectOptions = {}): Promise<Collected> {
  try {
    return await collectAll(parts, options);
  } catch (error) {
    const { root } = parts.paths;
    throw isFullDisk(error, root) ? noRoomToRemove(root, error) : error;
  }
}

async function collectAll(parts: CollectParts, options: CollectOptions): Promise<Collected> {
  const { database, paths } = parts;
  // First what needs no record: on a full disk it makes room for the others'.
  const leftovers = dropLeftovers(parts);
  const partials = dropPartials(paths, options);
  await emptyTrash(paths.trash);
  dropDeadHolds(database);
  const { images, cacheRecords } = database.transaction(() => dropRecords(parts, options), { durable: true });
  const { layers, bytes } = dropLayers(database, paths);
  const blobBytes = dropBlobs(database, paths);
  database.transaction(() => dropBlobSources(database, recordedBlobs(database)));
  await emptyTrash(paths.trash);
  return {
    images,
    cacheRecords,
    layers: layers.length,
    leftovers: leftovers + partials.length,
    bytes: bytes + blobBytes + sum(partials),
  };
}

/** What came of blobs and nobody goes on with: with all images everything that is not just being received. */
function dropPartials({ root }: StorePaths, { images }: CollectOptions): readonly number[] {
  const paths = images === 'all' ? stalePartials(root, 0) : stalePartials(root);
  return paths.flatMap((path) => dropPartial(path) ?? []);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function dropRecords(
  { database, images, containers, content, paths }: CollectParts,
  options: CollectOptions,
): Pick<Collected, 'images' | 'cacheRecords'> {
  const inUse = new Set(containers.list().map((container) => container.image.manifestDigest));
  const dropped = imagesToDrop(images.list(), inUse, options);
  for (const { manifestDigest } of dropped)
    database.run('DELETE FROM image WHERE manifest_digest = ?', manifestDigest);
  if (options.images === 'dangling' || options.images === 'all')
    dropNameless(database, namelessIndexes(database));
  writeIndex(paths.root, images, content);
  return { images: dropped, cacheRecords: dropCacheRecords(database, options) };
}

/** Moves what dead processes left into the trash; returns how much that was. */
export function dropLeftovers({ database, paths }: Pick<CollectParts, 'database' | 'paths'>): number {
  return database.transaction(
    () =>
      [...findAbandoned(paths), ...findStray(paths, database)].filter(({ path }) =>
        moveToTrash(paths.trash, path),
      ).length,
  );
}
