// Each repository as an OCI image layout that other tools read in place; written behind the pushes, from the database.

import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from '../../../../core/index.ts';
import type { Database } from '../../../../store/index.ts';
import { writeLayoutFiles } from './layout-files.ts';
import type { Places } from './places.ts';
import { openRetries } from './retries.ts';

/** Writes the layouts of repositories that changed. */
export interface LayoutWriter extends AsyncDisposable {
  changed(repository: string): void;
}

/** Changes that come within this time, in milliseconds, are written at once; longer where writing takes long. */
const pause = 100;

/**
 * Begins with the repositories whose layout is behind, so nothing of it needs to be written before a push is acknowledged.
 * Disposing writes what is left. `failed` is told of a layout that cannot be written; it is tried again until it can be.
 */
export function openLayouts(
  places: Places,
  database: Database,
  failed: (repository: string, error: unknown) => void,
): LayoutWriter {
  const waiting = new Set([...behind(database), ...forgotten(database, places)]);
  let took = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  const changed = (repository: string): void => {
    waiting.add(repository);
    start();
  };
  const retries = openRetries(changed);
  const write = async (name: string): Promise<void> => {
    try {
      await writeLayout(places, database, name);
      retries.succeeded(name);
    } catch (error) {
      retries.failed(name);
      failed(name, error);
    }
  };
  const drain = async (): Promise<void> => {
    if (waiting.size === 0) return;
    const begun = performance.now();
    // A collection beside the server writes layouts as well: each sees the database as it is when its turn comes.
    using _ = await lock(places.layoutLock);
    for (const name of waiting) {
      waiting.delete(name);
      await write(name);
    }
    took = performance.now() - begun;
  };
  const postpone = (error: unknown): void => {
    for (const name of waiting) retries.failed(name);
    waiting.clear();
    failed('*', error);
  };
  function start(): void {
    timer ??= setTimeout(
      () => {
        writing = writing
          .then(drain)
          .catch(postpone)
          .then(() => {
            timer = undefined;
            if (waiting.size > 0) start();
          });
      },
      Math.max(pause, 10 * took),
    ).unref();
  }
  if (waiting.size > 0) start();
  return {
    changed,
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await writing;
      clearTimeout(timer);
      for (const name of retries.names()) waiting.add(name);
      await drain();
      retries[Symbol.dispose]();
    },
  };
}

function behind(database: Database): readonly string[] {
  return database
    .all<{ name: string }>('SELECT name FROM repository WHERE written <> revision')
    .map(({ name }) => name);
}

/** Folders of repositories that were forgotten just before the process ended. */
function forgotten(database: Database, { root }: Places): readonly string[] {
  return readdirSync(join(root, 'repositories'))
    .map((folder) => folder.replaceAll('+', '/'))
    .filter((name) => !database.get('SELECT 1 FROM repository WHERE name = ?', name));
}

async function writeLayout(places: Places, database: Database, name: string): Promise<void> {
  const row = database.get<{ id: number; revision: number }>(
    'SELECT id, revision FROM repository WHERE name = ?',
    name,
  );
  const folder = places.layout(name);
  if (!row) return rm(folder, { recursive: true, force: true });
  await writeLayoutFiles(places, database, folder, row.id);
  database.run('UPDATE repository SET written = ? WHERE id = ?', row.revision, row.id);
}
