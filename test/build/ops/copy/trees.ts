// Trees of test cases: made from their lines in a folder, and listed as lines again.

import { createHash } from 'node:crypto';
import {
  chmodSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  getXattr,
  listXattrs,
  makeDevice,
  mknod,
  setXattr,
  splitDevice,
} from '../../../../src/core/index.ts';
import { fsPath } from '../../../../src/oci/index.ts';

/** The modification time of every file that {@link makeTree} makes, in seconds. */
export const MADE = 1_000_000_000;

/** Makes the tree that `lines` describe below `root`; characters of paths are bytes. */
export function makeTree(root: string, lines: readonly string[]): void {
  mkdirSync(root, { recursive: true });
  for (const line of lines) makeEntry(root, line);
  for (const line of lines)
    if (line.startsWith('d ')) utimesSync(fsPath(join(root, partsOf(line).path)), MADE, MADE);
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
    if (kind === 'l') {
      symlinkSync(fsPath(target), fsPath(join(root, path)));
      lutimesSync(fsPath(join(root, path)), MADE, MADE);
    } else linkSync(fsPath(join(root, target)), fsPath(join(root, path)));
    return;
  }
  const attribute = /^x (\S+) (\S+)=([0-9a-f]+)$/.exec(line);
  if (attribute !== null) {
    const [, path = '', name = '', value = ''] = attribute;
    setXattr(fsPath(join(root, path)), name, Buffer.from(value, 'hex'));
    return;
  }
  const { mode, uid, gid, path, rest } = partsOf(line);
  mkdirSync(fsPath(dirname(join(root, path))), { recursive: true });
  const at = fsPath(join(root, path));
  const [major = 0, minor = 0] = rest.split(',').map(Number);
  if (line.startsWith('d ')) mkdirSync(at, { recursive: true });
  else if (line.startsWith('f ')) writeFileSync(at, rest);
  else if (line.startsWith('p ')) mknod(at, 0o010644);
  else mknod(at, line.startsWith('b ') ? 0o060644 : 0o020644, makeDevice(major, minor));
  lchownSync(at, uid, gid);
  chmodSync(at, mode);
  utimesSync(at, MADE, MADE);
}

/** Lists the tree at `root` as sorted lines, one an entry; `MADE` stands behind those whose time is that of {@link makeTree}. */
export function listTree(root: string): readonly string[] {
  const seen = new Map<string, string>();
  const lines: string[] = [];
  const walk = (path: string): void => {
    for (const name of readdirSync(fsPath(join(root, path)), { encoding: 'latin1' }).sort()) {
      const below = path === '' ? name : `${path}/${name}`;
      lines.push(`${lineOf(root, below, seen)}${xattrsOf(fsPath(join(root, below)))}`);
      if (lstatSync(fsPath(join(root, below))).isDirectory()) walk(below);
    }
  };
  walk('');
  return lines;
}

function lineOf(root: string, path: string, seen: Map<string, string>): string {
  const at = fsPath(join(root, path));
  const stat = lstatSync(at, { bigint: true });
  const owner = `${(Number(stat.mode) & 0o7777).toString(8)} ${stat.uid}:${stat.gid} ${path}`;
  const made = stat.mtimeNs / 1_000_000_000n === BigInt(MADE) ? ' MADE' : '';
  if (stat.isDirectory()) return `d ${owner}${made}`;
  if (stat.isSymbolicLink()) return `l ${stat.uid}:${stat.gid} ${path} -> ${readlinkSync(at, 'latin1')}`;
  const first = seen.get(String(stat.ino));
  if (first !== undefined) return `h ${path} = ${first}`;
  seen.set(String(stat.ino), path);
  if (stat.isFIFO()) return `p ${owner}${made}`;
  if (stat.isFile()) return `f ${owner} ${shownContent(readFileSync(at))}${made}`;
  const { major, minor } = splitDevice(stat.rdev);
  return `${stat.isBlockDevice() ? 'b' : 'c'} ${owner} ${major},${minor}${made}`;
}

function shownContent(bytes: Buffer): string {
  if (bytes.length <= 400) return JSON.stringify(bytes.toString('latin1'));
  return `${bytes.length} bytes ${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}`;
}

/** Extended attributes as ` {name=hex}`; those of overlayfs are not the tree's. */
function xattrsOf(at: string | Buffer): string {
  const names = lstatSync(at).isSymbolicLink() ? [] : listXattrs(at);
  const shown = names.filter((name) => !name.startsWith('trusted.overlay.')).sort();
  return shown.map((name) => ` {${name}=${getXattr(at, name)?.toString('hex')}}`).join('');
}
