// Cache records: what a build step gave, by key.

import type { Database } from '../database/index.ts';
import type { CacheRecord, CacheStore } from '../types.ts';
import type { Holds } from './holds.ts';

interface CacheRow {
  readonly key: string;
  readonly slot: string;
  readonly parts: string;
  readonly created: number;
  readonly layers: string;
}

const select = `
  SELECT key, slot, parts, created,
    (SELECT json_group_array(layer ORDER BY position) FROM cache_layer WHERE cache_layer.key = cache.key) AS layers
  FROM cache`;

/** Opens the cache records; layers of a record that was found are held, so that a collection cannot take them. */
export function openCache(database: Database, holds: Holds): CacheStore {
  return {
    find: (key) => database.transaction(() => findAndHold(database, holds, key)),
    latest(slot) {
      const row = database.get<CacheRow>(
        `${select} WHERE slot = ? ORDER BY used DESC, created DESC LIMIT 1`,
        slot,
      );
      return row && toRecord(row);
    },
    add: (record) => database.transaction(() => insert(database, record)),
    together: (work) => database.transaction(work),
    list: () => database.all<CacheRow>(`${select} ORDER BY used DESC, key`).map(toRecord),
  };
}

function findAndHold(database: Database, holds: Holds, key: string): CacheRecord | undefined {
  const row = database.get<CacheRow>(`${select} WHERE key = ?`, key);
  if (!row) return undefined;
  const record = toRecord(row);
  for (const layer of record.layers) holds.hold('layer', layer);
  database.run('UPDATE cache SET used = ?, uses = uses + 1 WHERE key = ?', Date.now(), key);
  return record;
}

function insert(database: Database, { key, slot, parts, created, layers }: CacheRecord): void {
  database.run('DELETE FROM cache WHERE key = ?', key);
  database.run(
    'INSERT INTO cache (key, slot, parts, created, used) VALUES (?, ?, ?, ?, ?)',
    key,
    slot,
    JSON.stringify(parts),
    created,
    Date.now(),
  );
  layers.forEach((layer, position) => {
    database.run('INSERT INTO cache_layer VALUES (?, ?, ?)', key, position, layer);
  });
}

function toRecord({ key, slot, parts, created, layers }: CacheRow): CacheRecord {
  return {
    key,
    slot,
    parts: JSON.parse(parts) as Record<string, string>,
    created,
    layers: JSON.parse(layers) as string[],
  };
}
