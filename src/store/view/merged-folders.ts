// Finding entries in a stack of overlay folders by overlayfs's rules, without a mount.

import { type BigIntStats, lstatSync } from 'node:fs';
import { getXattr } from '../../core/index.ts';
import { fsPath } from '../../oci/index.ts';
import { opaqueXattrs } from '../layers/overlay.ts';

/** What is at a path: its entry's host path (latin1) and, for a directory, all folders merged into it, topmost first. */
export interface MergedNode {
  readonly source: string;
  readonly stats: BigIntStats;
  readonly folders: readonly string[];
}

/** The node called `name` in the directory made of `folders` (topmost first). */
export function findChild(folders: readonly string[], name: string): MergedNode | undefined {
  for (const [index, folder] of folders.entries()) {
    const source = `${folder}/${name}`;
    const stats = lstat(source);
    if (!stats) continue;
    if (isWhiteout(stats)) return undefined;
    if (!stats.isDirectory()) return { source, stats, folders: [] };
    return { source, stats, folders: mergedFolders(source, folders.slice(index + 1), name) };
  }
  return undefined;
}

/** The root of the tree: its folders are merged whatever their marks say. */
export function rootNode(folders: readonly string[]): MergedNode | undefined {
  const [source] = folders;
  const stats = source === undefined ? undefined : lstat(source);
  return source !== undefined && stats ? { source, stats, folders } : undefined;
}

/** Whether an entry hides what lower layers have under its name. */
export function isWhiteout(stats: BigIntStats): boolean {
  return stats.isCharacterDevice() && stats.rdev === 0n;
}

/** A directory shows lower ones of its name until one is opaque or something else stands in between. */
function mergedFolders(top: string, lower: readonly string[], name: string): readonly string[] {
  const merged = [top];
  let current = top;
  for (const folder of lower) {
    if (isOpaque(current)) break;
    const candidate = `${folder}/${name}`;
    const stats = lstat(candidate);
    if (!stats) continue;
    if (!stats.isDirectory()) break;
    merged.push(candidate);
    current = candidate;
  }
  return merged;
}

function lstat(path: string): BigIntStats | undefined {
  return lstatSync(fsPath(path), { bigint: true, throwIfNoEntry: false });
}

function isOpaque(folder: string): boolean {
  const path = fsPath(folder);
  return opaqueXattrs.some((name) => getXattr(path, name)?.toString('latin1') === 'y');
}
