// Copies a folder of a tree into a folder of the host: what a new volume or cache mount starts with.

import { chmodSync, copyFileSync, lchownSync, mkdirSync, symlinkSync } from 'node:fs';
import { mknod, setTimes, setXattr } from '../../core/index.ts';
import { fsPath } from '../../oci/index.ts';
import type { TreeEntry, TreeView } from '../types.ts';

const typeBits = { fifo: 0o010000, character: 0o020000, block: 0o060000 } as const;

/** Copies what `path` of the view holds into the empty folder `target`, with owners, modes, times and attributes; nothing where it is no folder. */
export function copyTree(view: TreeView, path: string, target: string): void {
  const entry = view.lstat(path);
  if (entry?.type !== 'directory') return;
  for (const name of view.list(path))
    copyEntry(view, `${path === '/' ? '' : path}/${name}`, `${target}/${name}`);
  keepAttributes(view, entry, target);
}

function copyEntry(view: TreeView, path: string, target: string): void {
  const entry = view.lstat(path);
  if (!entry) return;
  const raw = fsPath(target);
  switch (entry.type) {
    case 'directory':
      mkdirSync(raw);
      copyTree(view, path, target);
      return;
    case 'file':
      copyFileSync(fsPath(entry.source), raw);
      break;
    case 'symlink':
      symlinkSync(fsPath(entry.linkTarget ?? ''), raw);
      break;
    case 'socket':
      return;
    default:
      mknod(raw, typeBits[entry.type] | entry.mode, entry.device ?? 0n);
  }
  keepAttributes(view, entry, target);
}

/** Ownership first: changing it clears setuid bits and capabilities. */
function keepAttributes(view: TreeView, entry: TreeEntry, target: string): void {
  const raw = fsPath(target);
  lchownSync(raw, entry.uid, entry.gid);
  if (entry.type !== 'symlink') chmodSync(raw, entry.mode);
  for (const [name, value] of view.xattrs(entry)) setXattr(raw, name, value);
  setTimes(raw, entry.mtime);
}
