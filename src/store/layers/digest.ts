// The diffID of a layer's folder: at once where the layer is small, in a worker thread where it is not.

import { createHash } from 'node:crypto';
import { type Dirent, lstatSync, opendirSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { fsPath, toBytePath } from '../../oci/index.ts';
import { type LayerJobResult, layerPool } from './jobs.ts';
import { packLayer } from './pack.ts';

/** Starting a thread takes longer than packing this much. */
const small = { entries: 64, bytes: 1 << 20 };

/** Computes diffID, size and usage of the layer in `folder`. Throws what packing throws. */
export async function digestLayer(folder: string): Promise<LayerJobResult> {
  // What waits for the layer itself goes first.
  await setImmediate();
  if (isSmall(folder)) return digestNow(folder);
  return layerPool('short').run({ kind: 'diff', folder });
}

/** Computes them in this thread. */
export function digestNow(folder: string): LayerJobResult {
  const hash = createHash('sha256');
  const totals = packLayer(folder, (chunk) => {
    hash.update(chunk);
    return 'done';
  });
  return { diffId: `sha256:${hash.digest('hex')}`, ...totals };
}

/** Looks at no more entries than that takes, however many a folder has. */
function isSmall(folder: string): boolean {
  const left = { ...small };
  const fits = (path: string): boolean => {
    const entries = opendirSync(fsPath(path), { encoding: 'latin1' });
    try {
      for (let entry = entries.readSync(); entry; entry = entries.readSync())
        if (!take(`${path}/${entry.name}`, entry)) return false;
      return true;
    } finally {
      entries.closeSync();
    }
  };
  const take = (path: string, entry: Dirent): boolean => {
    left.entries -= 1;
    if (left.entries < 0) return false;
    if (entry.isDirectory()) return fits(path);
    if (entry.isFile()) left.bytes -= lstatSync(fsPath(path)).size;
    return left.bytes >= 0;
  };
  return fits(toBytePath(folder));
}
