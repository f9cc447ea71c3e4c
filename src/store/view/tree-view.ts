// A chain of layers as one tree, without a mount: paths and links are resolved inside it, as a process whose root it is would.

import {
  type BigIntStats,
  closeSync,
  constants,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
} from 'node:fs';
import { CaissonError, getXattr, listXattrs } from '../../core/index.ts';
import { fromBytePath, fsPath, toBytePath } from '../../oci/index.ts';
import { isKeptXattr } from '../layers/overlay.ts';
import type { TreeEntry, TreeView } from '../types.ts';
import { findChild, isWhiteout, type MergedNode, rootNode } from './merged-folders.ts';

/** As the kernel bounds it. */
const mostLinks = 40;
const defaultLimit = 4 * 1024 * 1024;

/**
 * Opens a view of overlay folders, topmost first; `upper` lies above them and may change while the view is used.
 * Without folders the tree is empty. Lower folders are read once: they must not change.
 */
export function openView(lower: readonly string[], upper?: string): TreeView {
  const tree = mergedTree(lower, upper === undefined ? undefined : realpathSync(upper));
  return {
    lstat: (path) => toEntry(normal(path), tree.find(normal(path))),
    resolve: (path, options) => resolvePath(tree, path, options?.last ?? true),
    list: (path) => tree.list(resolvePath(tree, path, true)),
    read: (path, limit) => readEntry(tree, resolvePath(tree, path, true), limit ?? defaultLimit),
    xattrs: (entry) => xattrsOf(entry),
  };
}

interface MergedTree {
  /** Whether its top may be written while it is read. */
  readonly changes: boolean;
  /** The node at a canonical path, links not followed. */
  find(path: string): MergedNode | undefined;
  list(path: string): readonly string[];
}

/** Nodes of kept layers are remembered; those of a tree with a changing top are looked up anew. */
function mergedTree(lower: readonly string[], upper: string | undefined): MergedTree {
  const folders = [...(upper === undefined ? [] : [upper]), ...lower].map(toBytePath);
  const nodes = new Map<string, MergedNode | undefined>();
  const lists = new Map<string, readonly string[]>();
  const remembers = upper === undefined;
  const lookUp = (path: string): MergedNode | undefined => {
    if (path === '/') return rootNode(folders);
    const slash = path.lastIndexOf('/');
    const parent = find(path.slice(0, slash) || '/');
    return parent && findChild(parent.folders, path.slice(slash + 1));
  };
  const find = (path: string): MergedNode | undefined => {
    if (!remembers) return lookUp(path);
    if (nodes.has(path)) return nodes.get(path);
    const node = lookUp(path);
    nodes.set(path, node);
    return node;
  };
  const list = (path: string): readonly string[] => {
    const known = lists.get(path);
    if (known) return known;
    const names = listFolders(find(path)?.folders ?? []);
    if (remembers) lists.set(path, names);
    return names;
  };
  return { changes: !remembers, find, list };
}

function listFolders(folders: readonly string[]): readonly string[] {
  const hidden = new Set<string>();
  const shown = new Set<string>();
  for (const folder of folders)
    for (const entry of readdirSync(fsPath(folder), { encoding: 'latin1', withFileTypes: true })) {
      const { name } = entry;
      if (shown.has(name) || hidden.has(name)) continue;
      const hides = entry.isCharacterDevice() && isWhiteoutAt(folder, name);
      (hides ? hidden : shown).add(name);
    }
  return [...shown].sort((a, b) => (a < b ? -1 : 1));
}

function isWhiteoutAt(folder: string, name: string): boolean {
  const node = findChild([folder], name);
  return node === undefined || isWhiteout(node.stats);
}

/** Absolute, without dots and doubled slashes; `..` is taken away textually. */
function normal(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return `/${names.join('/')}`;
}

/** Walks `path` as the kernel does: `..` after a link leads to the parent of what the link names. */
function resolvePath(tree: MergedTree, path: string, last: boolean): string {
  const rest = path.split('/').reverse();
  let current = '';
  let links = 0;
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      current = current.slice(0, Math.max(0, current.lastIndexOf('/')));
      continue;
    }
    const next = `${current}/${name}`;
    const node = tree.find(next);
    const final = !last && !rest.some((later) => later !== '' && later !== '.');
    if (!node?.stats.isSymbolicLink() || final) {
      current = next;
      continue;
    }
    links += 1;
    if (links > mostLinks) throw linkLoop(path);
    const target = linkTarget(node);
    if (target.startsWith('/')) current = '';
    rest.push(...target.split('/').reverse());
  }
  return current || '/';
}

function linkTarget({ source }: MergedNode): string {
  return readlinkSync(fsPath(source), { encoding: 'latin1' });
}

const types: Readonly<Record<number, TreeEntry['type']>> = {
  [constants.S_IFREG]: 'file',
  [constants.S_IFDIR]: 'directory',
  [constants.S_IFLNK]: 'symlink',
  [constants.S_IFIFO]: 'fifo',
  [constants.S_IFCHR]: 'character',
  [constants.S_IFBLK]: 'block',
  [constants.S_IFSOCK]: 'socket',
};

function toEntry(path: string, node: MergedNode | undefined): TreeEntry | undefined {
  if (!node) return undefined;
  const { source, stats } = node;
  const type = types[Number(stats.mode) & constants.S_IFMT];
  if (!type) return undefined;
  return {
    path,
    type,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: type === 'file' ? Number(stats.size) : 0,
    mtime: stats.mtimeNs,
    source,
    ...(type === 'symlink' ? { linkTarget: linkTarget(node) } : {}),
    ...(type === 'character' || type === 'block' ? { device: stats.rdev } : {}),
    ...(hasOtherNames(type, stats) ? { hardlink: `${stats.dev}:${stats.ino}` } : {}),
  };
}

function hasOtherNames(type: TreeEntry['type'], stats: BigIntStats): boolean {
  return type !== 'directory' && stats.nlink > 1n;
}

function readEntry(tree: MergedTree, path: string, limit: number): Buffer | undefined {
  const node = tree.find(path);
  if (!node?.stats.isFile()) return undefined;
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const fd = openSync(fsPath(node.source), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    // A running container may put a link in the place of a directory after it was looked at.
    const opened = readlinkSync(`/proc/self/fd/${fd}`, { encoding: 'latin1' });
    return opened === node.source || !tree.changes ? readWhole(fd, path, limit) : undefined;
  } finally {
    closeSync(fd);
  }
}

/** Reads to the end, whatever `stat` said: the top of a running container's tree changes while it is read. */
function readWhole(fd: number, path: string, limit: number): Buffer {
  const parts: Buffer[] = [];
  for (let size = 0; ; ) {
    const part = Buffer.allocUnsafe(1 << 16);
    const count = readSync(fd, part);
    if (count === 0) return Buffer.concat(parts);
    size += count;
    if (size > limit) throw tooLarge(path, limit);
    parts.push(part.subarray(0, count));
  }
}

function xattrsOf(entry: TreeEntry): ReadonlyMap<string, Buffer> {
  const path = fsPath(entry.source);
  const names = listXattrs(path).filter(isKeptXattr);
  return new Map(
    names.flatMap((name): [string, Buffer][] => {
      const value = getXattr(path, name);
      return value ? [[name, value]] : [];
    }),
  );
}

function linkLoop(path: string): CaissonError {
  return new CaissonError(
    'PATH_LINK_LOOP',
    `Path "${fromBytePath(path)}" goes through more than ${mostLinks} symbolic links`,
    { hint: 'Some link on the way leads back to itself.' },
  );
}

function tooLarge(path: string, limit: number): CaissonError {
  return new CaissonError('FILE_TOO_LARGE', `File "${fromBytePath(path)}" is larger than ${limit} bytes`, {
    hint: 'The image holds an unreasonable file in the place of a small one.',
  });
}
