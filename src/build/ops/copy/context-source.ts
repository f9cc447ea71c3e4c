// Selecting from a context folder: lazily, inside the root, without what its ignore patterns leave out.

import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { CaissonError, errnoOf, getXattr, listXattrs, messageOf } from '../../../core/index.ts';
import { fromBytePath, fsPath, toBytePath } from '../../../oci/index.ts';
import type { ContextTree, DigestIndex, IgnoreState } from '../../context/index.ts';
import type { FileDetail, FileTable, FileType } from './file-table.ts';
import type { FilterState, PathFilter } from './filter.ts';
import type { SourceReader } from './source.ts';

/** As many links as Linux follows in one path. */
const mostLinks = 40;

/** Reads `tree`; digests that `index` knows are taken from it. */
export function contextSource(tree: ContextTree, index: DigestIndex | undefined): SourceReader {
  const root = toBytePath(tree.root);
  const walk: Walk = { tree, root, index };
  return {
    follow(path) {
      const canonical = followLinks(root, path);
      return canonical !== undefined && isWanted(walk, canonical) ? canonical : undefined;
    },
    isDirectory: (path) => lstat(root, path)?.isDirectory() ?? false,
    list: (path) => names(root, path).filter((name) => isWanted(walk, join(path, name))),
    collect(path, name, into, filter) {
      const stats = lstat(root, path);
      if (stats === undefined) return false;
      const found = { path, name, stats, parent: -1, state: stateOf(tree, path), choice: filter?.root };
      return collect({ ...walk, into, filter }, found);
    },
    hint: (path) => hintFor(walk, path),
  };
}

interface Walk {
  readonly tree: ContextTree;
  readonly root: string;
  readonly index: DigestIndex | undefined;
}

interface Collecting extends Walk {
  readonly into: FileTable;
  readonly filter: PathFilter | undefined;
}

interface Found {
  readonly path: string;
  readonly name: string;
  readonly stats: Stats;
  readonly parent: number;
  readonly state: IgnoreState;
  /** Of the copy's own filter, where it has one. */
  readonly choice: FilterState | undefined;
}

function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

function lstat(root: string, path: string): Stats | undefined {
  try {
    return lstatSync(fsPath(path === '' ? root : `${root}/${path}`));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw unreadable(path, error);
  }
}

function names(root: string, path: string): readonly string[] {
  try {
    return readdirSync(fsPath(path === '' ? root : `${root}/${path}`), { encoding: 'latin1' }).sort();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function stateOf(tree: ContextTree, path: string): IgnoreState {
  const components = path === '' ? [] : path.split('/');
  return components.reduce((state, name) => tree.ignore.enter(state, name), tree.ignore.root);
}

/** Whether a walk of the context would reach `path`: a folder left out counts while something below it is wanted. */
function isWanted({ tree, root }: Walk, path: string): boolean {
  const state = stateOf(tree, path);
  return !state.ignored || (state.descend && (lstat(root, path)?.isDirectory() ?? false));
}

/** The canonical form of `path`; links never lead out of the root: `..` stops there, absolute ones start there. */
function followLinks(root: string, path: string): string | undefined {
  const waiting = path.split('/').reverse();
  let current = '';
  let links = 0;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      current = current.slice(0, Math.max(0, current.lastIndexOf('/')));
      continue;
    }
    const next = join(current, name);
    const stats = lstat(root, next);
    if (stats === undefined || (waiting.some((rest) => rest !== '') && stats.isFile())) return undefined;
    if (!stats.isSymbolicLink()) {
      current = next;
      continue;
    }
    if (++links > mostLinks) throw tooManyLinks(path);
    const target = readlinkSync(fsPath(`${root}/${next}`), { encoding: 'latin1' });
    if (target.startsWith('/')) current = '';
    waiting.push(...target.split('/').reverse());
  }
  return current;
}

function collect(walk: Collecting, found: Found): boolean {
  if (found.stats.isDirectory()) return collectDirectory(walk, found);
  if (isLeftOut(found)) return false;
  const type = typeOf(found.stats);
  const row = addRow(walk, found, type);
  if (type === 'file') addDigest(walk, found, row);
  return true;
}

function collectDirectory(walk: Collecting, found: Found): boolean {
  const { into, tree, filter } = walk;
  const row = addRow(walk, found, 'directory');
  for (const name of names(walk.root, found.path)) {
    const state = tree.ignore.enter(found.state, name);
    if (state.ignored && !state.descend) continue;
    const choice = found.choice && filter?.enter(found.choice, name);
    if (choice && !choice.taken && !choice.descend) continue;
    const path = join(found.path, name);
    const stats = lstat(walk.root, path);
    if (stats) collect(walk, { path, name, stats, parent: row, state, choice });
  }
  // A folder left out comes along only as the way to something that is taken in again.
  if (isLeftOut(found) && into.count === row + 1) into.truncate(row);
  return into.count > row;
}

function isLeftOut({ state, choice }: Found): boolean {
  return state.ignored || choice?.taken === false;
}

/** Files of a context belong to root, whoever owns them here. */
function addRow(walk: Collecting, { name, parent, stats, path, choice }: Found, type: FileType): number {
  const detail = choice?.taken === false ? passage : detailOf(walk.root, path, stats, type);
  const row = { name, parent, type, mode: stats.mode & 0o7777, uid: 0, gid: 0, mtime: stats.mtimeMs };
  const size = type === 'file' ? stats.size : 0;
  if (parent >= 0) return walk.into.add({ ...row, size }, detail);
  return walk.into.add({ ...row, size, source: path === '' ? walk.root : `${walk.root}/${path}` }, detail);
}

const passage: FileDetail = { passage: true };

function detailOf(root: string, path: string, stats: Stats, type: FileType): FileDetail | undefined {
  if (type === 'symlink')
    return { linkTarget: readlinkSync(fsPath(`${root}/${path}`), { encoding: 'latin1' }) };
  if (type === 'character' || type === 'block') return { device: BigInt(stats.rdev) };
  if (type === 'directory') return userXattrs(fsPath(path === '' ? root : `${root}/${path}`));
  return type === 'file' && stats.nlink > 1 ? { hardlink: `${stats.dev}:${stats.ino}` } : undefined;
}

/** Those of files are copied with their bytes. */
function userXattrs(folder: string | Buffer): FileDetail | undefined {
  const names = listXattrs(folder).filter((name) => name.startsWith('user.'));
  if (names.length === 0) return undefined;
  return { xattrs: new Map(names.map((name) => [name, getXattr(folder, name) ?? Buffer.alloc(0)])) };
}

function addDigest({ index, into }: Collecting, { stats }: Found, row: number): void {
  const { dev, ino, size, mtimeMs, ctimeMs } = stats;
  const identity = { device: dev, inode: ino, size, mtime: mtimeMs, ctime: ctimeMs };
  const digest = index?.find(identity);
  if (digest) into.setContent(row, { digest, size, mtime: mtimeMs });
}

function typeOf(stats: Stats): FileType {
  if (stats.isFile()) return 'file';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isCharacterDevice()) return 'character';
  return stats.isBlockDevice() ? 'block' : 'socket';
}

function hintFor({ tree, root }: Walk, path: string): string {
  const canonical = followLinks(root, path);
  const folder = fromBytePath(root);
  if (canonical !== undefined && stateOf(tree, canonical).ignored)
    return `It exists, but the ignore file of the context leaves it out.`;
  const near = similarName(root, path);
  return near === undefined
    ? `Sources are paths relative to the context folder "${folder}"; check that it is there.`
    : `Did you mean "${fromBytePath(near)}"?`;
}

/** The entry beside the missing one whose name differs in case only. */
function similarName(root: string, path: string): string | undefined {
  const directory = posix.dirname(path) === '.' ? '' : posix.dirname(path);
  if (!lstat(root, directory)?.isDirectory()) return undefined;
  const wanted = posix.basename(path).toLowerCase();
  const name = names(root, directory).find((candidate) => candidate.toLowerCase() === wanted);
  return name === undefined ? undefined : join(directory, name);
}

function tooManyLinks(path: string): CaissonError {
  return new CaissonError('PATH_LINK_LOOP', `too many links in "/${fromBytePath(path)}"`, {
    hint: 'A symbolic link of the context leads back to itself.',
  });
}

function unreadable(path: string, cause: unknown): CaissonError {
  return new CaissonError(
    'CONTEXT_UNREADABLE',
    `Cannot read "/${fromBytePath(path)}" of the context: ${messageOf(cause)}`,
    {
      hint: 'Make it readable, or leave it out with the ignore file.',
      cause,
    },
  );
}
