// The trash: trees are moved into it at once and deleted when there is time.

import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import { removeTree } from './remove-tree.ts';

/** Moves `path` into the trash; false when it is not there. It is out of sight after one rename, however large it is. */
export function moveToTrash(trash: string, path: string): boolean {
  try {
    renameSync(path, join(trash, randomBytes(12).toString('hex')));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Deletes everything in the trash; what another process deletes at the same time does not matter. */
export async function emptyTrash(trash: string): Promise<number> {
  const names = readdirSync(trash);
  for (const name of names) await removeTree(join(trash, name));
  return names.length;
}
