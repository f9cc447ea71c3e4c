// Trees of test cases: made from their lines in a folder, and listed as lines again.

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makeDevice, mknod, splitDevice } from '../../../../src/core/index.ts';

/** The modification time of every file that {@link makeTree} makes, in seconds. */
export const MADE = 1_000_000_000;

/** Makes the tree that `lines` describe below `root`. */
export function makeTree(root: string, lines: readonly string[]): void {
  mkdirSync(root, { recursive: true });
  for (const line of lines) makeEntry(root, line);
  for (const line of lines) if (line.startsWith('d ')) utimesSync(join(root, partsOf(line).path), MADE, MADE);
}

function partsOf(line: string): { mode: number; uid: number; gid: number; path: string; rest: string } {
  const match = /^. (\d+) (\d+):(\d+) (\S+) ?([\s\S]*)$/.exec(line);
  if (match === null) throw new Error(`Not a tree line: ${line}`);
  const [, mode = '', uid = '', gid = '', path = '', rest = ''] = match;
  return { mode: Number.parseInt(mode, 8), uid: Number(uid), gid: Number(gid), path, rest };
}

function makeEntry(root: string, line: string): void {
  const link = /^([lh]) (\S+) (?:->|=) (\S+)$/.exec(line);
  if (link !== null) {
    const [, kind, path = '', target = ''] = link;
    if (kind === 'l') symlinkSync(target, join(root, path));
    else linkSync(join(root, target), join(root, path));
    return;
  }
  const { mode, uid, gid, path, rest } = partsOf(line);
  const at = join(root, path);
  mkdirSync(dirname(at), { recursive: true });
  const [major = 0, minor = 0] = rest.split(',').map(Number);
  if (line.startsWith('d ')) mkdirSync(at, { recursive: true });
  else if (line.startsWith('f ')) writeFileSync(at, rest);
  else if (line.startsWith('p ')) mknod(at, 0o010644);
  else mknod(at, 0o020644, makeDevice(major, minor));
  lchownSync(at, uid, gid);
  chmodSync(at, mode);
  utimesSync(at, MADE, MADE);
}

/** Packs the tree that `lines` describe into the file `target`, compressed by the program `compress`. */
export function makeArchive(target: string, lines: readonly string[], compress?: string): void {
  const folder = mkdtempSync('/var/tmp/copy-archive-');
  try {
    makeTree(folder, lines);
    const names = readdirSync(folder).sort();
    const program = compress === undefined ? [] : [`--use-compress-program=${compress}`];
    execFileSync('tar', [
      '-C',
      folder,
      '--numeric-owner',
      ...program,
      '-cf',
      target,
      ...(names.length ? names : ['.']),
    ]);
    utimesSync(target, MADE, MADE);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lists the tree at `root` as sorted lines, one an entry; `MADE` stands behind those whose time is that of {@link makeTree}. */
export function listTree(root: string): readonly string[] {
  const seen = new Map<string, string>();
  const lines: string[] = [];
  const walk = (path: string): void => {
    for (const name of readdirSync(join(root, path)).sort()) {
      const below = path === '' ? name : `${path}/${name}`;
      lines.push(lineOf(root, below, seen));
      if (lstatSync(join(root, below)).isDirectory()) walk(below);
    }
  };
  walk('');
  return lines;
}

function lineOf(root: string, path: string, seen: Map<string, string>): string {
  const at = join(root, path);
  const stat = lstatSync(at, { bigint: true });
  const owner = `${(Number(stat.mode) & 0o7777).toString(8)} ${stat.uid}:${stat.gid} ${path}`;
  const made = stat.mtimeNs / 1_000_000_000n === BigInt(MADE) ? ' MADE' : '';
  if (stat.isDirectory()) return `d ${owner}${made}`;
  if (stat.isSymbolicLink()) return `l ${stat.uid}:${stat.gid} ${path} -> ${readlinkSync(at)}`;
  const first = seen.get(String(stat.ino));
  if (first !== undefined) return `h ${path} = ${first}`;
  seen.set(String(stat.ino), path);
  if (stat.isFIFO()) return `p ${owner}${made}`;
  if (stat.isFile()) return `f ${owner} ${JSON.stringify(readFileSync(at, 'latin1'))}${made}`;
  const { major, minor } = splitDevice(stat.rdev);
  return `${stat.isBlockDevice() ? 'b' : 'c'} ${owner} ${major},${minor}${made}`;
}
