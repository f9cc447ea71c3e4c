// The cache mounts of a store: listed, taken, measured, pruned.

import { join } from 'node:path';
import { measureTree } from '../collect/measure.ts';
import { emptyTrash, moveToTrash } from '../collect/trash.ts';
import type { ContentStore } from '../types.ts';
import { packCacheMount, unpackCacheMount } from './contents.ts';
import { folderNames, readRecord } from './folders.ts';
import { type CacheMountPlaces, lockFolder, takeCacheMount } from './take.ts';
import type { CacheMountRecord, CacheMountStore, PrunedCacheMounts } from './types.ts';

/** Opens the cache mounts kept at `places`; nothing is made before one is taken. */
export function openCacheMounts(
  places: CacheMountPlaces & { readonly trash: string; readonly content: ContentStore },
): CacheMountStore {
  const { root, trash, content } = places;
  const list = (): readonly CacheMountRecord[] =>
    folderNames(root)
      .flatMap((name) => readRecord(root, name) ?? [])
      .sort((a, b) => b.lastUsed - a.lastUsed);
  return {
    list,
    open: (key, options) => takeCacheMount(places, key, options),
    pack: (key, compression, signal) => packCacheMount(places, key, { content, compression, signal }),
    unpack: (packed, folder) => unpackCacheMount(packed, folder, content),
    async prune(options = {}) {
      const gone = choose(root, list(), options).filter(({ name }) => dropFolder(root, name, trash));
      await emptyTrash(trash);
      return { count: gone.length, bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0) };
    },
    measure: () =>
      list().map((record) => ({
        ...record,
        bytes: measureTree(join(root, record.name)),
        active: isInUse(root, record.name),
      })),
  };
}

type Measured = CacheMountRecord & Pick<PrunedCacheMounts, 'bytes'>;

/** `records` come last used first. */
function choose(
  root: string,
  records: readonly CacheMountRecord[],
  options: NonNullable<Parameters<CacheMountStore['prune']>[0]>,
): readonly Measured[] {
  const { until = Number.POSITIVE_INFINITY, keepBytes = 0 } = options;
  let total = 0;
  return records
    .map((record) => ({ ...record, bytes: measureTree(join(root, record.name)) }))
    .filter(({ lastUsed, bytes }) => {
      total += bytes;
      return lastUsed < until && !(keepBytes > 0 && total <= keepBytes);
    });
}

/** Locked while it is moved: whoever waits for the lock then sees that it is gone. */
function dropFolder(root: string, name: string, trash: string): boolean {
  const folder = join(root, name);
  using lock = lockFolder(folder, 'exclusive');
  return lock !== undefined && moveToTrash(trash, folder);
}

function isInUse(root: string, name: string): boolean {
  using lock = lockFolder(join(root, name), 'exclusive');
  return lock === undefined;
}
