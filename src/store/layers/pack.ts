// Packs a layer folder into its canonical tar: depth first, names sorted by bytes, synchronous reads into one large buffer.

import type { BigIntStats } from 'node:fs';
import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { CaissonError, splitDevice } from '../../core/index.ts';
import {
  endOfArchive,
  fromBytePath,
  fsPath,
  padding,
  type TarEntry,
  type TarEntryType,
  toBytePath,
} from '../../oci/index.ts';
import { contentXattrs, opaqueName, whiteoutPrefix } from './overlay.ts';
import { type ChunkSink, TarOutput } from './tar-output.ts';

/** What a packing saw: bytes of the tar, and of the files on disk. */
export interface PackTotals {
  readonly size: number;
  readonly usage: number;
}

/** How a packing departs from what is on the disk. */
export interface PackOptions {
  /** Seconds since the epoch: later modification times become this one. */
  readonly latest?: number;
  /** Seconds since the epoch: the modification time of everything. */
  readonly time?: number;
}

/** What becomes of a modification time (seconds). */
export type TimeChange = (mtime: number) => number;

/** The change of times that options ask for. */
export function timeChange({ latest = Number.POSITIVE_INFINITY, time }: PackOptions): TimeChange {
  return (mtime) => time ?? Math.min(mtime, latest);
}

/** Packs the layer folder `root` (overlay form) into `sink`. Throws `LAYER_CHANGED` when a file is not what it was listed as. */
export function packLayer(root: string, sink: ChunkSink, options: PackOptions = {}): PackTotals {
  const output = new TarOutput(sink);
  const packing: Packing = {
    root: toBytePath(root),
    output,
    change: timeChange(options),
    links: new Map(),
    usage: 0,
  };
  packDirectory(packing, '');
  output.bytes(endOfArchive);
  return { size: output.finish(), usage: packing.usage };
}

interface Packing {
  readonly root: string;
  readonly output: TarOutput;
  readonly change: TimeChange;
  /** Names of files with several, by inode. */
  readonly links: Map<bigint, string>;
  usage: number;
}

/** Packs what is in directory `name` (empty for the root, which has no entry of its own). */
function packDirectory(packing: Packing, name: string): void {
  const names = readdirSync(fsPath(`${packing.root}/${name}`), { encoding: 'latin1' });
  const prefix = name === '' ? '' : `${name}/`;
  for (const child of names.sort(byBytes)) packEntry(packing, prefix + child, child);
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : 1;
}

function packEntry(packing: Packing, name: string, base: string): void {
  const path = fsPath(`${packing.root}/${name}`);
  const stats = lstatSync(path, { bigint: true });
  const type = typeOf(stats);
  if (type === undefined) return;
  if (type === 'character' && stats.rdev === 0n) {
    packing.output.header(markEntry(name.slice(0, name.length - base.length) + whiteoutPrefix + base));
    return;
  }
  // A file whose own name has the form of a whiteout cannot be told from one in a tar.
  if (base.startsWith(whiteoutPrefix)) return;
  packing.usage += 512 * Number(stats.blocks);
  const { kept, opaque } = contentXattrs(path);
  const first = stats.nlink > 1n && type !== 'directory' ? firstName(packing, stats.ino, name) : undefined;
  const entry = tarEntry(path, name, stats, type, { first, kept, change: packing.change });
  packing.output.header(entry);
  if (entry.type === 'file') packContent(packing.output, path, entry);
  if (type !== 'directory') return;
  if (opaque) packing.output.header(markEntry(`${name}/${opaqueName}`));
  packDirectory(packing, name);
}

/** What is said of an entry besides its `stat`: the name it was packed under before, and its attributes. */
export interface EntryDetails {
  readonly first: string | undefined;
  readonly kept: ReadonlyMap<string, Buffer> | undefined;
  readonly change: TimeChange;
}

/** The tar entry of what is at `path`. */
export function tarEntry(
  path: string | Buffer,
  name: string,
  stats: BigIntStats,
  type: TarEntryType,
  { first, kept, change }: EntryDetails,
): TarEntry {
  return {
    type: first === undefined ? type : 'link',
    name,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: type === 'file' && first === undefined ? Number(stats.size) : 0,
    mtime: change(secondsOf(stats.mtimeNs)),
    ...special(path, type, stats, first),
    ...(kept ? { xattrs: kept } : {}),
  };
}

/** Whiteouts and opaque marks have no properties of their own: one fixed form keeps the tar the same everywhere. */
export function markEntry(name: string): TarEntry {
  return { type: 'file', name, mode: 0, uid: 0, gid: 0, size: 0, mtime: 0 };
}

/** The name under which this inode was packed before; remembers `name` when there is none. */
function firstName(packing: Packing, inode: bigint, name: string): string | undefined {
  const first = packing.links.get(inode);
  if (first === undefined) packing.links.set(inode, name);
  return first;
}

function special(
  path: string | Buffer,
  type: TarEntryType,
  stats: BigIntStats,
  first: string | undefined,
): Pick<TarEntry, 'linkName' | 'deviceMajor' | 'deviceMinor'> {
  if (first !== undefined) return { linkName: first };
  if (type === 'symlink') return { linkName: readlinkSync(path, { encoding: 'latin1' }) };
  if (type !== 'character' && type !== 'block') return {};
  const { major, minor } = splitDevice(stats.rdev);
  return { deviceMajor: major, deviceMinor: minor };
}

/** Rounds down, so that negative times come out as GNU tar and Go write them. */
function secondsOf(nanoseconds: bigint): number {
  const seconds = nanoseconds / 1_000_000_000n;
  return Number(nanoseconds < 0n && seconds * 1_000_000_000n !== nanoseconds ? seconds - 1n : seconds);
}

const typesByFormat: Readonly<Record<number, TarEntryType>> = {
  [constants.S_IFREG]: 'file',
  [constants.S_IFDIR]: 'directory',
  [constants.S_IFLNK]: 'symlink',
  [constants.S_IFCHR]: 'character',
  [constants.S_IFBLK]: 'block',
  [constants.S_IFIFO]: 'fifo',
};

/** Undefined for sockets, which live only as long as their process. */
export function typeOf(stats: BigIntStats): TarEntryType | undefined {
  return typesByFormat[Number(stats.mode) & constants.S_IFMT];
}

/** Packs the content of a file that was listed as `entry`. Throws `LAYER_CHANGED`. */
export function packContent(output: TarOutput, path: string | Buffer, entry: TarEntry): void {
  if (entry.size === 0) return;
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    if (!output.file(file, entry.size)) throw changed(entry.name);
  } finally {
    closeSync(file);
  }
  output.zeros(padding(entry.size));
}

function changed(name: string): CaissonError {
  return new CaissonError('LAYER_CHANGED', `File "${fromBytePath(name)}" became shorter while it was read`, {
    hint: 'Nothing may write to a layer once it is kept; run "caisson system check".',
  });
}
