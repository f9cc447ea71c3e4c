// Small records by id and name, each a JSON value in one row: containers and volumes.

import { CaissonError } from '../../core/index.ts';
import type { Database } from '../database/index.ts';
import type { LayerId, RecordOptions, RecordStore } from '../types.ts';

/** A kind of record: its table, and the layers that a record keeps from being collected. */
export interface RecordKind<T> {
  readonly table: 'container' | 'volume';
  /** As people call it, with a capital. */
  readonly title: string;
  readonly layersOf?: (record: T) => readonly LayerId[];
}

interface Row {
  readonly value: string;
}

/** Opens the records of one kind. */
export function openRecords<T extends { readonly id: string; readonly name: string }>(
  database: Database,
  kind: RecordKind<T>,
): RecordStore<T> {
  const { table } = kind;
  const one = (where: string, value: string): T | undefined => {
    const row = database.get<Row>(`SELECT value FROM ${table} WHERE ${where} = ?`, value);
    return row && (JSON.parse(row.value) as T);
  };
  const change = <R>(work: () => R, { durable = true }: RecordOptions = {}): R =>
    database.transaction(work, { durable });
  return {
    get: (id) => one('id', id),
    find: (text) => one('name', text) ?? one('id', text) ?? byPrefix<T>(database, kind, text),
    list: () =>
      database.all<Row>(`SELECT value FROM ${table} ORDER BY name`).map((row) => JSON.parse(row.value) as T),
    add: (record, options) => change(() => insert(database, kind, record), options),
    update: (id, next, options) =>
      change(() => {
        const current = one('id', id);
        if (current === undefined) throw notFound(kind.title, id);
        const record = next(current);
        replace(database, kind, id, record);
        return record;
      }, options),
    remove(id, options) {
      change(() => database.run(`DELETE FROM ${table} WHERE id = ?`, id), options);
    },
  };
}

function insert<T extends { readonly id: string; readonly name: string }>(
  database: Database,
  kind: RecordKind<T>,
  record: T,
): void {
  requireFreeName(database, kind, record.name, record.id);
  database.run(
    `INSERT INTO ${kind.table} (id, name, value) VALUES (?, ?, ?)`,
    record.id,
    record.name,
    JSON.stringify(record),
  );
  linkLayers(database, kind, record);
}

function replace<T extends { readonly id: string; readonly name: string }>(
  database: Database,
  kind: RecordKind<T>,
  id: string,
  record: T,
): void {
  if (record.id !== id) throw new Error(`A change turned record "${id}" into "${record.id}"`);
  requireFreeName(database, kind, record.name, id);
  database.run(
    `UPDATE ${kind.table} SET name = ?, value = ? WHERE id = ?`,
    record.name,
    JSON.stringify(record),
    id,
  );
  linkLayers(database, kind, record);
}

function linkLayers<T extends { readonly id: string }>(
  database: Database,
  kind: RecordKind<T>,
  record: T,
): void {
  if (!kind.layersOf) return;
  database.run('DELETE FROM container_layer WHERE container = ?', record.id);
  kind.layersOf(record).forEach((layer, position) => {
    database.run('INSERT INTO container_layer VALUES (?, ?, ?)', record.id, position, layer);
  });
}

function requireFreeName<T>(database: Database, kind: RecordKind<T>, name: string, id: string): void {
  const owner = database.get<{ id: string }>(`SELECT id FROM ${kind.table} WHERE name = ?`, name);
  if (!owner || owner.id === id) return;
  throw new CaissonError(
    'NAME_IN_USE',
    `${kind.title} name "${name}" is already in use by "${owner.id.slice(0, 12)}"`,
    { hint: `Choose another name, or remove or rename that ${kind.title.toLowerCase()}.` },
  );
}

function byPrefix<T>(database: Database, kind: RecordKind<T>, prefix: string): T | undefined {
  if (!/^[0-9a-f]+$/.test(prefix)) return undefined;
  const rows = database.all<Row>(`SELECT value FROM ${kind.table} WHERE id GLOB ? LIMIT 2`, `${prefix}*`);
  if (rows.length > 1) {
    throw new CaissonError('ID_AMBIGUOUS', `"${prefix}" is the beginning of several ids`, {
      hint: `Give more digits, or the ${kind.title.toLowerCase()}'s name.`,
    });
  }
  const [row] = rows;
  return row && (JSON.parse(row.value) as T);
}

function notFound(title: string, id: string): CaissonError {
  return new CaissonError('NOT_FOUND', `${title} "${id}" does not exist`, {
    hint: 'It may have been removed meanwhile.',
  });
}
