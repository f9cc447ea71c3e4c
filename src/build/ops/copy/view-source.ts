// Selecting from the root file system of a stage or an image.

import { lstatSync } from 'node:fs';
import { fsPath } from '../../../oci/index.ts';
import type { TreeEntry, TreeView } from '../../../store/index.ts';
import type { DigestIndex } from '../../context/index.ts';
import type { FileDetail, FileTable } from './file-table.ts';
import type { FilterState, PathFilter } from './filter.ts';
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
    collect(path, name, into, filter) {
      const entry = view.lstat(`/${path}`);
      const walk = { view, index, into, filter };
      return entry !== undefined && collect(walk, { entry, name, parent: -1, choice: filter?.root });
    },
    hint: () => 'Check the path: it is looked up in the root of the stage or image that --from names.',
  };
}

interface Collecting {
  readonly view: TreeView;
  readonly index: DigestIndex | undefined;
  readonly into: FileTable;
  readonly filter: PathFilter | undefined;
}

interface Found {
  readonly entry: TreeEntry;
  readonly name: string;
  readonly parent: number;
  /** Of the copy's filter, where it has one. */
  readonly choice: FilterState | undefined;
}

function collect(walk: Collecting, found: Found): boolean {
  const { entry, choice } = found;
  // Sockets live only as long as their process.
  if (entry.type === 'socket') return false;
  if (entry.type === 'directory') return collectDirectory(walk, found);
  if (choice?.taken === false) return false;
  const row = addRow(walk, found);
  if (entry.type === 'file') addDigest(walk, entry, row);
  return true;
}

function collectDirectory(walk: Collecting, found: Found): boolean {
  const { into, view, filter } = walk;
  const { path } = found.entry;
  const row = addRow(walk, found);
  for (const name of view.list(path)) {
    const choice = found.choice && filter?.enter(found.choice, name);
    if (choice && !choice.taken && !choice.descend) continue;
    const entry = view.lstat(path === '/' ? `/${name}` : `${path}/${name}`);
    if (entry) collect(walk, { entry, name, parent: row, choice });
  }
  // A folder that was not chosen comes along only as the way to something that was.
  if (found.choice?.taken === false && into.count === row + 1) into.truncate(row);
  return into.count > row;
}

function addRow({ into, view }: Collecting, { entry, name, parent, choice }: Found): number {
  const { type, mode, uid, gid, source } = entry;
  const mtime = Number(entry.mtime / 1000n) / 1000;
  const size = type === 'file' ? entry.size : 0;
  const detail = detailOf(view, entry, choice?.taken === false);
  return into.add({ name, parent, type, mode, uid, gid, size, mtime, source }, detail);
}

function detailOf(view: TreeView, entry: TreeEntry, passage: boolean): FileDetail | undefined {
  const xattrs = entry.type === 'symlink' ? undefined : view.xattrs(entry);
  const detail: FileDetail = {
    ...(entry.linkTarget === undefined ? {} : { linkTarget: entry.linkTarget }),
    ...(entry.device === undefined ? {} : { device: entry.device }),
    ...(entry.hardlink === undefined ? {} : { hardlink: entry.hardlink }),
    ...(xattrs && xattrs.size > 0 ? { xattrs } : {}),
    ...(passage ? { passage } : {}),
  };
  return Object.keys(detail).length === 0 ? undefined : detail;
}

function addDigest({ index, into }: Collecting, { source, size }: TreeEntry, row: number): void {
  if (index === undefined) return;
  const { dev, ino, mtimeMs, ctimeMs } = lstatSync(fsPath(source));
  const digest = index.find({ device: dev, inode: ino, size, mtime: mtimeMs, ctime: ctimeMs });
  if (digest) into.setContent(row, { digest, size, mtime: mtimeMs });
}
