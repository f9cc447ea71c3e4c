// Layer records: the rows behind the layer store.

import type { Descriptor, Digest } from '../../oci/index.ts';
import type { Database } from '../database/index.ts';
import type { LayerDiff, LayerId, LayerRecord } from '../types.ts';
import type { Holds } from './holds.ts';

/** The rows of the layer store. */
export interface LayerRecords {
  get(id: LayerId): LayerRecord | undefined;
  /** A layer with this diffID; it is held from now on. */
  byDiffId(diffId: Digest): LayerRecord | undefined;
  list(): readonly LayerRecord[];
  /**
   * Adds and holds a layer. `place` moves its folder to where layers are; it runs inside the transaction, so that
   * a crash leaves a folder without a row at worst, which the next collection removes, and never a row without a folder.
   */
  add(record: LayerRecord, place: () => void): void;
  setDiff(id: LayerId, diff: LayerDiff): void;
  setBlob(id: LayerId, blob: Descriptor): void;
  setUsage(id: LayerId, bytes: number): void;
  /** What layers with this diffID were made into in that form (a compression and what was changed); the blob is held from now on. */
  form(diffId: Digest, form: string): FormedLayer | undefined;
  setForm(diffId: Digest, form: string, formed: FormedLayer): void;
}

/** A layer as it left the store: `diffId` is that of the blob's own tar. */
export interface FormedLayer {
  readonly diffId: Digest;
  readonly blob: Descriptor;
}

interface LayerRow {
  readonly id: string;
  readonly diff_id: string | null;
  readonly diff_size: number | null;
  readonly blob: string | null;
  readonly usage: number | null;
  readonly created: number;
}

/** Opens the layer rows of `database`. */
export function openLayerRecords(database: Database, holds: Holds): LayerRecords {
  return {
    get: (id) => recordOf(database.get<LayerRow>('SELECT * FROM layer WHERE id = ?', id)),
    byDiffId: (diffId) => database.transaction(() => holdByDiffId(database, holds, diffId)),
    list: () => database.all<LayerRow>('SELECT * FROM layer ORDER BY created, id').map(toRecord),
    add(record, place) {
      // Held before, in a transaction of its own: after a crash the hold tells that a stray folder may be there.
      holds.hold('layer', record.id);
      database.transaction(() => {
        insert(database, record);
        place();
      });
    },
    setDiff(id, { diffId, size }) {
      database.run('UPDATE layer SET diff_id = ?, diff_size = ? WHERE id = ?', diffId, size, id);
    },
    setBlob(id, blob) {
      const text = JSON.stringify(blob);
      database.run('UPDATE layer SET blob = ?, blob_digest = ? WHERE id = ?', text, blob.digest, id);
    },
    setUsage(id, bytes) {
      database.run('UPDATE layer SET usage = ? WHERE id = ?', bytes, id);
    },
    form: (diffId, form) => database.transaction(() => holdForm(database, holds, diffId, form)),
    setForm(diffId, form, { diffId: own, blob }) {
      database.run(
        'INSERT OR REPLACE INTO layer_form VALUES (?, ?, ?, ?, ?)',
        diffId,
        form,
        own,
        JSON.stringify(blob),
        blob.digest,
      );
    },
  };
}

function holdByDiffId(database: Database, holds: Holds, diffId: Digest): LayerRecord | undefined {
  const row = database.get<LayerRow>(
    'SELECT * FROM layer WHERE diff_id = ? ORDER BY created LIMIT 1',
    diffId,
  );
  if (row) holds.hold('layer', row.id);
  return recordOf(row);
}

function holdForm(database: Database, holds: Holds, diffId: Digest, form: string): FormedLayer | undefined {
  const row = database.get<{ readonly blob_diff_id: string; readonly blob: string }>(
    'SELECT blob_diff_id, blob FROM layer_form WHERE diff_id = ? AND form = ?',
    diffId,
    form,
  );
  if (!row) return undefined;
  const blob = JSON.parse(row.blob) as Descriptor;
  holds.hold('blob', blob.digest);
  return { diffId: row.blob_diff_id, blob };
}

function insert(database: Database, { id, diff, blob, usage, created }: LayerRecord): void {
  database.run(
    'INSERT INTO layer (id, diff_id, diff_size, blob, blob_digest, usage, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    diff?.diffId ?? null,
    diff?.size ?? null,
    blob ? JSON.stringify(blob) : null,
    blob?.digest ?? null,
    usage ?? null,
    created,
  );
}

function recordOf(row: LayerRow | undefined): LayerRecord | undefined {
  return row && toRecord(row);
}

function toRecord(row: LayerRow): LayerRecord {
  return {
    id: row.id,
    ...(row.diff_id === null || row.diff_size === null
      ? {}
      : { diff: { diffId: row.diff_id, size: row.diff_size } }),
    ...(row.blob === null ? {} : { blob: JSON.parse(row.blob) as Descriptor }),
    ...(row.usage === null ? {} : { usage: row.usage }),
    created: row.created,
  };
}
