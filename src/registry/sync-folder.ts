// Giving the names in a folder to the disk.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Syncs a folder: what was renamed into it has its name there also after a loss of power. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
