// Which cache records a collection takes: the longest unused first.

import type { Database } from '../database/index.ts';
import type { CollectOptions } from './types.ts';

interface CachedLayer {
  readonly key: string;
  readonly used: number;
  readonly layer: string | null;
  readonly bytes: number;
}

/** Layers that images, containers or kept states need cost the cache nothing. */
const cachedLayers = `
  SELECT cache.key, cache.used, cache_layer.layer, coalesce(layer.usage, layer.diff_size, 0) AS bytes
  FROM cache
    LEFT JOIN cache_layer ON cache_layer.key = cache.key
      AND NOT EXISTS (SELECT 1 FROM image_layer WHERE image_layer.layer = cache_layer.layer)
      AND NOT EXISTS (SELECT 1 FROM container_layer WHERE container_layer.layer = cache_layer.layer)
      AND NOT EXISTS (SELECT 1 FROM kept_state_layer WHERE kept_state_layer.layer = cache_layer.layer)
    LEFT JOIN layer ON layer.id = cache_layer.layer
  ORDER BY cache.used DESC, cache.created DESC, cache.key`;

/** Deletes the cache records that `options` ask for; returns how many. Call it inside a transaction. */
export function dropCacheRecords(database: Database, options: CollectOptions): number {
  const keys = keysToDrop(database, options);
  for (const key of keys) database.run('DELETE FROM cache WHERE key = ?', key);
  return keys.size;
}

function keysToDrop(database: Database, options: CollectOptions): ReadonlySet<string> {
  if (options.cache === undefined || options.cache === 'none') return new Set();
  const { until = Number.POSITIVE_INFINITY, keepBytes = 0 } = options;
  const counted = new Set<string>();
  const dropped = new Set<string>();
  let bytes = 0;
  for (const row of database.all<CachedLayer>(cachedLayers)) {
    if (row.layer !== null && !counted.has(row.layer)) bytes += row.bytes;
    if (row.layer !== null) counted.add(row.layer);
    const fits = keepBytes > 0 && bytes <= keepBytes;
    if (!fits && row.used < until) dropped.add(row.key);
  }
  return dropped;
}
