// Selecting from the root file system of a stage or an image.

import { lstatSync } from 'node:fs';
import { fsPath } from '../../../oci/index.ts';
import type { TreeEntry, TreeView } from '../../../store/index.ts';
import type { DigestIndex } from '../../context/index.ts';
import type { FileDetail, FileTable } from './file-table.ts';
import type { SourceReader } from './source.ts';

/** Reads `view`; digests that `index` knows are taken from it. */
export function viewSource(view: TreeView, index: DigestIndex | undefined): SourceReader {
  return {
    follow(path) {
      const canonical = view.resolve(`/${path}`);
      return view.lstat(canonical) === undefined ? undefined : canonical.slice(1);
    },
    isDirectory: (path) => view.lstat(`/${path}`)?.type === 'directory',
    list: (path) => view.list(`/${path}`),
    collect(path, name, into) {
      const entry = view.lstat(`/${path}`);
      return entry !== undefined && collect({ view, index, into }, entry, name, -1);
    },
    hint: () => 'Check the path: it is looked up in the root of the stage or image that --from names.',
  };
}

interface Collecting {
  readonly view: TreeView;
  readonly index: DigestIndex | undefined;
  readonly into: FileTable;
}

function collect(walk: Collecting, entry: TreeEntry, name: string, parent: number): boolean {
  // Sockets live only as long as their process.
  if (entry.type === 'socket') return false;
  const { type, mode, uid, gid } = entry;
  const mtime = Number(entry.mtime / 1000n) / 1000;
  const size = type === 'file' ? entry.size : 0;
  const { source } = entry;
  const row = walk.into.add(
    { name, parent, type, mode, uid, gid, size, mtime, source },
    detailOf(walk.view, entry),
  );
  if (type === 'file') addDigest(walk, entry, row);
  if (type === 'directory') collectChildren(walk, entry, row);
  return true;
}

function collectChildren(walk: Collecting, { path }: TreeEntry, row: number): void {
  for (const name of walk.view.list(path)) {
    const entry = walk.view.lstat(path === '/' ? `/${name}` : `${path}/${name}`);
    if (entry) collect(walk, entry, name, row);
  }
}

function detailOf(view: TreeView, entry: TreeEntry): FileDetail | undefined {
  const xattrs = entry.type === 'symlink' ? undefined : view.xattrs(entry);
  const detail: FileDetail = {
    ...(entry.linkTarget === undefined ? {} : { linkTarget: entry.linkTarget }),
    ...(entry.device === undefined ? {} : { device: entry.device }),
    ...(entry.hardlink === undefined ? {} : { hardlink: entry.hardlink }),
    ...(xattrs && xattrs.size > 0 ? { xattrs } : {}),
  };
  return Object.keys(detail).length === 0 ? undefined : detail;
}

function addDigest({ index, into }: Collecting, { source, size }: TreeEntry, row: number): void {
  if (index === undefined) return;
  const { dev, ino, mtimeMs, ctimeMs } = lstatSync(fsPath(source));
  const digest = index.find({ device: dev, inode: ino, size, mtime: mtimeMs, ctime: ctimeMs });
  if (digest) into.setContent(row, { digest, size, mtime: mtimeMs });
}
