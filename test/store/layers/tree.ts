// Makes trees for layer tests and describes them, with names of any bytes.

import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listXattrs } from '../../../src/core/index.ts';
import { fsPath } from '../../../src/oci/index.ts';

/** A new folder on a real file system that is removed when the test ends. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const base = tmpdir() === '/tmp' ? '/var/tmp' : tmpdir();
  const path = mkdtempSync(join(base, 'caisson-layers-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** One line an entry, sorted: type and mode, owner, time, attributes, path, and content, target or device. */
export function describeTree(root: string, path = ''): readonly string[] {
  return readdirSync(fsPath(`${root}${path}`), { encoding: 'latin1' })
    .sort()
    .flatMap((name) => {
      const child = `${path}/${name}`;
      const below = lstatSync(fsPath(root + child)).isDirectory() ? describeTree(root, child) : [];
      return [describeEntry(root, child), ...below];
    });
}

function describeEntry(root: string, path: string): string {
  const host = fsPath(root + path);
  const stats = lstatSync(host, { bigint: true });
  if (stats.isCharacterDevice() && stats.rdev === 0n) return `whiteout ${path}`;
  const detail = stats.isSymbolicLink()
    ? `-> ${readlinkSync(host, { encoding: 'latin1' })}`
    : stats.isFile()
      ? readFileSync(host, 'latin1')
      : String(stats.rdev);
  const links = stats.isDirectory() ? '' : ` ${stats.nlink}`;
  return `${stats.mode.toString(8)}${links} ${stats.uid}:${stats.gid} ${stats.mtimeNs} ${listXattrs(host)} ${path} ${detail}`;
}
