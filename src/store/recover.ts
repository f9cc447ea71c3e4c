// What opening a store does about processes that died.

import { readdirSync } from 'node:fs';
import { type CollectParts, dropLeftovers, emptyTrash, findAbandoned, moveToTrash } from './collect/index.ts';
import { writeIndex } from './content/index.ts';
import { dropDeadHolds } from './records/index.ts';

/**
 * Moves what dead processes left into the trash, and deletes the trash in the background. Usually nothing is there:
 * three short folders are listed. Only where a session died holding something are all folders looked through.
 */
export function recover(parts: RecoveryParts): Promise<void> {
  const { paths, database } = parts;
  if (dropDeadHolds(database) > 0) mend(parts);
  else for (const { path } of findAbandoned(paths)) moveToTrash(paths.trash, path);
  if (readdirSync(paths.trash).length === 0) return Promise.resolve();
  // What cannot be deleted now is found again by the next collection or check.
  return emptyTrash(paths.trash).then(
    () => {},
    () => {},
  );
}

type RecoveryParts = Pick<CollectParts, 'paths' | 'database' | 'images' | 'content'>;

/** `index.json` is renamed inside the transaction: a process that died before its commit left one that is ahead. */
function mend({ paths, database, images, content }: RecoveryParts): void {
  dropLeftovers({ paths, database });
  database.transaction(() => writeIndex(paths.root, images, content));
}
