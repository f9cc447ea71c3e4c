// Checks the database itself, and that what its rows point to is there.

import type { CheckParts } from './parts.ts';
import type { Problem } from './types.ts';

interface Violation {
  readonly table: string;
  readonly parent: string;
}

/** Finds damage of the database file and rows that point nowhere. */
export function checkRows({ database }: CheckParts): readonly Problem[] {
  const damage = database
    .all<{ integrity_check: string }>('PRAGMA integrity_check(20)')
    .map((row) => row.integrity_check)
    .filter((text) => text !== 'ok');
  const dangling = database.all<Violation>('PRAGMA foreign_key_check');
  return [
    ...damage.map(
      (text): Problem => ({
        code: 'DATABASE_DAMAGED',
        severity: 'error',
        message: `The database is damaged: ${text}`,
        remedy: 'Its indexes are built again.',
        repair: () => void database.run('REINDEX'),
      }),
    ),
    ...[...new Set(dangling.map(({ table }) => table))].map(
      (table): Problem => ({
        code: 'ROW_DANGLING',
        severity: 'error',
        message: `Table "${table}" has rows that point to nothing`,
        remedy: 'Images, containers, cache records and kept states with such rows go.',
        repair: () => dropDangling(database, table),
      }),
    ),
  ];
}

const ownersOf: Readonly<Record<string, readonly [table: string, key: string, reference: string]>> = {
  image_layer: ['image', 'manifest_digest', 'manifest_digest'],
  container_layer: ['container', 'id', 'container'],
  cache_layer: ['cache', 'key', 'key'],
  kept_state_layer: ['kept_state', 'id', 'kept_state'],
};

/** An image without one of its layers is no image: the owner goes, then the rows without an owner. */
function dropDangling(database: CheckParts['database'], table: string): void {
  database.transaction(() => {
    const owner = ownersOf[table];
    if (owner) {
      const [parent, key, reference] = owner;
      database.run(
        `DELETE FROM ${parent} WHERE ${key} IN
          (SELECT ${reference} FROM ${table} WHERE layer NOT IN (SELECT id FROM layer))`,
      );
      database.run(`DELETE FROM ${table} WHERE ${reference} NOT IN (SELECT ${key} FROM ${parent})`);
    } else if (table === 'image_name') {
      database.run('DELETE FROM image_name WHERE manifest_digest NOT IN (SELECT manifest_digest FROM image)');
      database.run(
        'UPDATE image_name SET index_digest = NULL WHERE index_digest NOT IN (SELECT digest FROM image_index)',
      );
    } else if (table === 'index_image' || table === 'index_blob') {
      database.run(`DELETE FROM ${table} WHERE digest NOT IN (SELECT digest FROM image_index)`);
      if (table === 'index_image')
        database.run(
          'DELETE FROM index_image WHERE manifest_digest NOT IN (SELECT manifest_digest FROM image)',
        );
    }
  });
}
