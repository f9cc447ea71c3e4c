// rpm's SQLite database. It comes from the image: it is opened read-only as a file that cannot change, and only a plain table is read.

import type { DatabaseSync } from 'node:sqlite';
import type { ScannedFile } from './types.ts';

const mostRows = 200_000;
const largestHeader = 64 * 1024 * 1024;

/** The headers of all packages. Throws where the database is damaged, or not as rpm makes it. */
export function* sqliteBlobs({ entry: { source } }: ScannedFile): Generator<Buffer> {
  const database = openUnchanging(source);
  try {
    database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    requirePlainTable(database);
    const select = database.prepare(
      `SELECT blob FROM main.Packages WHERE length(blob) <= ${largestHeader} LIMIT ${mostRows}`,
    );
    for (const { blob } of select.iterate()) if (blob instanceof Uint8Array) yield Buffer.from(blob);
  } finally {
    database.close();
  }
}

/** As immutable, so that neither locks nor a journal are made beside it, in the layer. */
function openUnchanging(source: string): DatabaseSync {
  const { DatabaseSync: Database } = process.getBuiltinModule('node:sqlite');
  const path = Buffer.from(source, 'latin1').reduce(
    (text, byte) =>
      text +
      (/[\w./-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0')}`),
    '',
  );
  return new Database(new URL(`file://${path}?immutable=1`), { readOnly: true, allowExtension: false });
}

/** A view, a virtual table or computed columns could make reading it endless. */
function requirePlainTable(database: DatabaseSync): void {
  const rows = database
    .prepare("SELECT type, sql FROM main.sqlite_master WHERE lower(name) = 'packages'")
    .all();
  const plain =
    rows.length === 1 &&
    rows[0]?.['type'] === 'table' &&
    /^CREATE TABLE\b/i.test(String(rows[0]['sql'])) &&
    !/\b(?:AS|GENERATED)\b/i.test(String(rows[0]['sql']));
  if (!plain) throw new Error('It is no database of rpm');
}
