// How many bytes a tree takes on disk.

import { lstatSync, readdirSync } from 'node:fs';
import { fsPath, toBytePath } from '../../oci/index.ts';

/** Bytes of the blocks of everything below `path`; a file with several names counts once. A tree that changes meanwhile is counted as it is met. */
export function measureTree(path: string): number {
  const seen = new Set<string>();
  const visit = (bytePath: string): number => {
    const stat = lstatSync(fsPath(bytePath), { throwIfNoEntry: false });
    if (!stat) return 0;
    const own = stat.blocks * 512;
    if (stat.isDirectory())
      return namesIn(bytePath).reduce((sum, name) => sum + visit(`${bytePath}/${name}`), own);
    const key = `${stat.dev} ${stat.ino}`;
    if (stat.nlink > 1 && seen.has(key)) return 0;
    seen.add(key);
    return own;
  };
  return visit(toBytePath(path));
}

function namesIn(bytePath: string): readonly string[] {
  try {
    return readdirSync(fsPath(bytePath), { encoding: 'latin1' });
  } catch {
    return [];
  }
}
