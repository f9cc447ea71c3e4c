// What opening a store does about processes that died.

import { readdirSync } from 'node:fs';
import { dropLeftovers, emptyTrash, findAbandoned, moveToTrash } from './collect/index.ts';
import type { Database } from './database/index.ts';
import { dropDeadHolds } from './records/index.ts';
import type { StorePaths } from './root.ts';

/**
 * Moves what dead processes left into the trash, and deletes the trash in the background. Usually nothing is there:
 * three short folders are listed. Only where a session died holding something are all folders looked through.
 */
export function recover(paths: StorePaths, database: Database): Promise<void> {
  if (dropDeadHolds(database) > 0) dropLeftovers({ paths, database });
  else for (const { path } of findAbandoned(paths)) moveToTrash(paths.trash, path);
  if (readdirSync(paths.trash).length === 0) return Promise.resolve();
  // What cannot be deleted now is found again by the next collection or check.
  return emptyTrash(paths.trash).then(
    () => {},
    () => {},
  );
}
