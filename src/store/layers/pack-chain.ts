// Packs a chain of layers as one tree, or as the one layer that does what all of them do; without a mount, by overlayfs's rules.

import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { endOfArchive, fsPath, toBytePath } from '../../oci/index.ts';
import { contentXattrs, opaqueName, whiteoutPrefix } from './overlay.ts';
import {
  markEntry,
  type PackOptions,
  type PackTotals,
  packContent,
  type TimeChange,
  tarEntry,
  timeChange,
  typeOf,
} from './pack.ts';
import { type ChunkSink, TarOutput } from './tar-output.ts';

/** A tree to pack: overlay folders, topmost first, and where its entries stand in the tar. */
export interface PackedTree {
  readonly folders: readonly string[];
  /** A directory at the top of the tar that holds the tree. */
  readonly prefix?: string;
  /** Keep what takes away from lower layers, which are not among the folders. */
  readonly marks: boolean;
}

/** What is packed: a layer's folder, or chains of layers as trees. */
export type TarSource = { readonly folder: string } | { readonly trees: readonly PackedTree[] };

/** Packs the trees one after the other into `sink`, names sorted by bytes. */
export function packChains(
  trees: readonly PackedTree[],
  sink: ChunkSink,
  options: PackOptions = {},
): PackTotals {
  const output = new TarOutput(sink);
  const change = timeChange(options);
  for (const { folders, prefix, marks } of trees) {
    if (prefix !== undefined)
      output.header({ ...markEntry(prefix), type: 'directory', mode: 0o755, mtime: change(0) });
    const packing = {
      output,
      change,
      marks,
      prefix: prefix === undefined ? '' : `${prefix}/`,
      links: new Map(),
    };
    packMerged(packing, '', folders.map(toBytePath));
  }
  output.bytes(endOfArchive);
  return { size: output.finish(), usage: 0 };
}

interface Packing {
  readonly output: TarOutput;
  readonly change: TimeChange;
  readonly marks: boolean;
  readonly prefix: string;
  /** Names of files with several, by device and inode. */
  readonly links: Map<string, string>;
}

/** An entry of a merged directory: its topmost form, and for a directory all folders merged into it. */
interface Merged {
  readonly path: string;
  readonly stats: BigIntStats;
  readonly folders: readonly string[];
  /** Whether something in between hides what is below all of the folders. */
  readonly sealed: boolean;
}

function packMerged(packing: Packing, name: string, folders: readonly string[]): void {
  const names = new Set(folders.flatMap((folder) => readdirSync(fsPath(folder), { encoding: 'latin1' })));
  const prefix = name === '' ? '' : `${name}/`;
  for (const child of [...names].sort()) packChild(packing, prefix, child, find(folders, child));
}

function packChild(packing: Packing, prefix: string, base: string, found: Merged | undefined): void {
  const { output, marks, links } = packing;
  if (found === undefined || (marks && base.startsWith(whiteoutPrefix))) return;
  const { path, stats, folders, sealed } = found;
  const place = packing.prefix + prefix;
  if (isWhiteout(stats)) {
    if (marks) output.header(markEntry(place + whiteoutPrefix + base));
    return;
  }
  const type = typeOf(stats);
  if (type === undefined) return;
  const { kept } = contentXattrs(fsPath(path));
  const first = stats.nlink > 1n && type !== 'directory' ? firstName(links, stats, place + base) : undefined;
  const entry = tarEntry(fsPath(path), place + base, stats, type, { first, kept, change: packing.change });
  output.header(entry);
  if (entry.type === 'file') packContent(output, fsPath(path), entry);
  if (type !== 'directory') return;
  if (marks && sealed) output.header(markEntry(`${place}${base}/${opaqueName}`));
  packMerged(packing, prefix + base, folders);
}

/** The topmost entry of that name, and what is merged into it until something hides the rest. */
function find(folders: readonly string[], name: string): Merged | undefined {
  let top: { readonly path: string; readonly stats: BigIntStats } | undefined;
  const merged: string[] = [];
  for (const folder of folders) {
    const path = `${folder}/${name}`;
    const stats = lstatSync(fsPath(path), { bigint: true, throwIfNoEntry: false });
    if (!stats) continue;
    top ??= { path, stats };
    if (!stats.isDirectory()) return { ...top, folders: merged, sealed: true };
    merged.push(path);
    if (contentXattrs(fsPath(path)).opaque) return { ...top, folders: merged, sealed: true };
  }
  return top && { ...top, folders: merged, sealed: false };
}

function isWhiteout(stats: BigIntStats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0n;
}

function firstName(links: Map<string, string>, { dev, ino }: BigIntStats, name: string): string | undefined {
  const key = `${dev}:${ino}`;
  const first = links.get(key);
  if (first === undefined) links.set(key, name);
  return first;
}
