// Deleting a tree of any names without blocking the event loop for long.

import { chmodSync, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { setImmediate as pause } from 'node:timers/promises';
import { errnoOf } from '../../core/index.ts';
import { fsPath, toBytePath } from '../../oci/index.ts';

/** Entries deleted between two pauses: some 2 ms. */
const batch = 200;

/** Deletes `path` and everything below it; links are deleted, never followed. What is gone already does not matter. */
export async function removeTree(path: string): Promise<void> {
  let count = 0;
  const remove = async (bytePath: string): Promise<void> => {
    if (++count % batch === 0) await pause();
    const host = fsPath(bytePath);
    const stat = lstatSync(host, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) return ignoreMissing(() => unlinkSync(host));
    for (const name of namesIn(host)) await remove(`${bytePath}/${name}`);
    ignoreMissing(() => rmdirSync(host));
  };
  await remove(toBytePath(path));
}

/** Who is not root may have to open a folder first: overlay leaves its work folder with mode 000. */
function namesIn(folder: string | Buffer): readonly string[] {
  try {
    return readdirSync(folder, { encoding: 'latin1' });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    if (errnoOf(error) !== 'EACCES') throw error;
  }
  chmodSync(folder, 0o700);
  return readdirSync(folder, { encoding: 'latin1' });
}

function ignoreMissing(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
