// What one layer holds, entry by entry, as its folder has it: for reports, not for tars.

import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { fsPath, toBytePath } from '../../oci/index.ts';
import type { LayerEntry } from '../types.ts';
import { contentXattrs } from './overlay.ts';

/** The entries of the layer folder `root`, directories before what is in them; paths are absolute in the image. */
export function* layerEntries(root: string): Generator<LayerEntry> {
  yield* entriesBelow(toBytePath(root), '');
}

function* entriesBelow(root: string, directory: string): Generator<LayerEntry> {
  const names = readdirSync(fsPath(root + directory), { encoding: 'latin1' });
  for (const name of names.sort()) {
    const path = `${directory}/${name}`;
    const entry = entryOf(root, path);
    yield entry;
    if (entry.kind === 'directory') yield* entriesBelow(root, path);
  }
}

function entryOf(root: string, path: string): LayerEntry {
  const source = root + path;
  const stats = lstatSync(fsPath(source), { bigint: true });
  const kind = kindOf(stats);
  return {
    path,
    kind,
    size: kind === 'file' ? Number(stats.size) : 0,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    opaque: kind === 'directory' && contentXattrs(fsPath(source)).opaque,
    source,
  };
}

function kindOf(stats: BigIntStats): LayerEntry['kind'] {
  if (stats.isDirectory()) return 'directory';
  if (stats.isCharacterDevice() && stats.rdev === 0n) return 'whiteout';
  return stats.isFile() ? 'file' : 'other';
}
