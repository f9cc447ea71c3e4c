// What the parts of a folder storage share: the database, the pool of content, and how both are made to last.

import { randomUUID } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest } from '../../../../oci/index.ts';
import { type Database, shareWithStore } from '../../../../store/index.ts';
import { syncFolder } from '../../../sync-folder.ts';
import { coalesce, untilFailure } from './coalesce.ts';
import type { Places } from './places.ts';

/** What the parts of a folder storage work with. */
export interface FolderContext {
  readonly places: Places;
  readonly database: Database;
  /** Resolves when every change of the database so far is on the disk. */
  readonly settled: () => Promise<void>;
  /** Renames a verified and synced file into the pool, and resolves when that is on the disk. A store around the folder shares it. */
  readonly place: (path: string, digest: Digest) => Promise<void>;
  /** Resolves when content that another request placed is on the disk. */
  readonly placed: (digest: Digest) => Promise<void>;
  /** Tells that a repository's image layout is to be written anew. */
  readonly changed: (repository: string) => void;
}

/** The context on an open database. */
export async function folderContext(
  places: Places,
  database: Database,
  changed: (repository: string) => void,
): Promise<FolderContext & AsyncDisposable> {
  // Commits are in this file before they are acknowledged by SQLite; syncing it here, off the main thread and for many
  // commits at once, is what `synchronous=FULL` would do for each on its own.
  const log = await open(`${places.database}-wal`, 'r');
  const folders = new Map<string, () => Promise<void>>();
  const placed = (digest: Digest): Promise<void> => folderSync(folders, dirname(places.content(digest)))();
  return {
    places,
    database,
    changed,
    settled: coalesce(untilFailure(() => log.datasync())),
    async place(path, digest) {
      await rename(path, places.content(digest));
      await placed(digest);
      await shareWithStore(places.root, digest, places.upload(randomUUID()));
    },
    placed,
    [Symbol.asyncDispose]: () => log.close(),
  };
}

function folderSync(known: Map<string, () => Promise<void>>, folder: string): () => Promise<void> {
  const found = known.get(folder) ?? coalesce(() => syncFolder(folder));
  known.set(folder, found);
  return found;
}
