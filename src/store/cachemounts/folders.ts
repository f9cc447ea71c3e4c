// Cache mounts on disk: `cachemounts/<digest of the key>-<number>/` holds `mount.json`, `lock` and the files in `fs`.

import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import { hexOf, sha256 } from '../../oci/index.ts';
import type { CacheMountKey, CacheMountRecord } from './types.ts';

/** The files and folders of one cache mount. */
export interface CacheMountPaths {
  readonly folder: string;
  readonly files: string;
  readonly lock: string;
  readonly record: string;
}

/** Where the parts of the cache mount at `folder` are. */
export function cacheMountPaths(folder: string): CacheMountPaths {
  const [files, lock, record] = [join(folder, 'fs'), join(folder, 'lock'), join(folder, 'mount.json')];
  return { folder, files, lock, record };
}

/** What the names of all folders of a key begin with. */
export function keyName({ id, base }: CacheMountKey): string {
  return hexOf(sha256(JSON.stringify([id, base]))).slice(0, 32);
}

/** The names of the folders, of one key or of all, in the order of their numbers. */
export function folderNames(root: string, key = ''): readonly string[] {
  try {
    const names = readdirSync(root).filter((name) => key === '' || name.startsWith(`${key}-`));
    return names.sort((a, b) => numberOf(a) - numberOf(b));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function numberOf(name: string): number {
  return Number(name.slice(name.lastIndexOf('-') + 1));
}

/** What is recorded of the folder `name`; undefined where it is no (whole) cache mount. */
export function readRecord(root: string, name: string): CacheMountRecord | undefined {
  const { record, lock, files } = cacheMountPaths(join(root, name));
  try {
    const parsed: unknown = JSON.parse(readFileSync(record, 'utf8'));
    if (!isKey(parsed) || !statSync(files).isDirectory()) return undefined;
    const { id, base, created } = parsed;
    return { name, id, base, created, lastUsed: statSync(lock).mtimeMs };
  } catch {
    return undefined;
  }
}

function isKey(value: unknown): value is CacheMountKey & { readonly created: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'string' &&
    'base' in value &&
    typeof value.base === 'string' &&
    'created' in value &&
    typeof value.created === 'number'
  );
}

/** Makes the parts of a cache mount in `folder`, where nobody looks for it yet. */
export function makeFolder(folder: string, { id, base }: CacheMountKey): CacheMountPaths {
  const paths = cacheMountPaths(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  mkdirSync(paths.files);
  chmodSync(paths.files, 0o755);
  writeFileSync(paths.record, JSON.stringify({ id, base, created: Date.now() }), { mode: 0o600 });
  return paths;
}

/** Moves a whole cache mount to the first free number of its key: one rename, so that it is there whole or not at all. */
export function placeFolder(root: string, folder: string, key: string): string {
  mkdirSync(root, { recursive: true, mode: 0o711 });
  for (let number = 1; ; number++) {
    const name = `${key}-${number}`;
    try {
      renameSync(folder, join(root, name));
      return name;
    } catch (error) {
      if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') throw error;
    }
  }
}
