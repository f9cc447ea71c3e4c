// A folder below another: no link on the way to it is followed.

import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** The folder `path` (absolute, below `root`), or undefined where there is none, or a link on the way. Nobody may be changing `root` meanwhile. */
export function folderBeneath(root: string, path: string): string | undefined {
  const names = path.split('/').filter((name) => name !== '' && name !== '.' && name !== '..');
  let folder = root;
  for (const name of names) {
    folder = join(folder, name);
    if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined;
  }
  return folder;
}
