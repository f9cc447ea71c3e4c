// Repositories in the database.

import type { Page } from '../types.ts';
import type { FolderContext } from './context.ts';

/** The number of a repository, or undefined. */
export function repositoryId({ database }: FolderContext, name: string): number | undefined {
  return database.get<{ id: number }>('SELECT id FROM repository WHERE name = ?', name)?.id;
}

/** The number of a repository that is about to change; made when missing. Within a transaction. */
export function changingRepository(context: FolderContext, name: string): number {
  const { database } = context;
  database.run('INSERT OR IGNORE INTO repository (name, created) VALUES (?, ?)', name, Date.now());
  database.run('UPDATE repository SET revision = revision + 1 WHERE name = ?', name);
  context.changed(name);
  return repositoryId(context, name) ?? 0;
}

/** Names in byte order. */
export function listRepositories({ database }: FolderContext, page: Page): readonly string[] {
  return database
    .all<{ name: string }>(
      'SELECT name FROM repository WHERE name > ? ORDER BY name LIMIT ?',
      page.last ?? '',
      page.limit ?? -1,
    )
    .map(({ name }) => name);
}

/** Forgets a repository; its image layout is deleted with the next writing of layouts. */
export async function forgetRepository(context: FolderContext, name: string): Promise<boolean> {
  const { database } = context;
  const gone = database.run('DELETE FROM repository WHERE name = ?', name) > 0;
  if (gone) {
    context.changed(name);
    await context.settled();
  }
  return gone;
}
