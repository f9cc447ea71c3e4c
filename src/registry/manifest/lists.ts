// Where manifest lists are kept until they are pushed: a small file each.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, errnoOf, lock, randomBytes } from '../../core/index.ts';
import { formatReference, parseReference, sha256 } from '../../oci/index.ts';
import type { ManifestList } from './types.ts';

/** The lists of a root. Names are references; without a tag it is `latest`. */
export interface ManifestLists {
  /** Throws `REFERENCE_INVALID`. */
  find(name: string): ManifestList | undefined;
  /** Replaces the list of a name by what `change` makes of it; changes of several processes come one after the other. */
  change(name: string, change: (list: ManifestList | undefined) => ManifestList): Promise<ManifestList>;
  /** Throws `MANIFEST_LIST_NOT_FOUND`. */
  remove(name: string): void;
  all(): readonly ManifestList[];
}

/** Opens the lists below `root`; the folder is made with the first one. */
export function openManifestLists(root: string): ManifestLists {
  const folder = join(root, 'manifest-lists');
  const pathOf = (name: string): string => join(folder, `${sha256(name).slice('sha256:'.length)}.json`);
  return {
    find: (name) => read(pathOf(fullName(name))),
    async change(given, change) {
      const name = fullName(given);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      using _lock = await lock(join(folder, 'lock'));
      const list = { ...change(read(pathOf(name))), name };
      write(pathOf(name), list);
      return list;
    },
    remove(name) {
      try {
        rmSync(pathOf(fullName(name)));
      } catch (cause) {
        throw errnoOf(cause) === 'ENOENT' ? noList(name) : cause;
      }
    },
    all() {
      const names = attempt(() => readdirSync(folder)) ?? [];
      return names.filter((name) => name.endsWith('.json')).flatMap((name) => read(join(folder, name)) ?? []);
    },
  };
}

/** Says that there is no list of that name. */
export function noList(name: string): CaissonError {
  return new CaissonError('MANIFEST_LIST_NOT_FOUND', `No such manifest list: "${name}"`, {
    hint: "Make one with 'caisson manifest create'.",
  });
}

function fullName(name: string): string {
  return formatReference(parseReference(name));
}

function read(path: string): ManifestList | undefined {
  const text = attempt(() => readFileSync(path, 'utf8'));
  return text === undefined ? undefined : (JSON.parse(text) as ManifestList);
}

/** What is not there is undefined. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function write(path: string, list: ManifestList): void {
  const partial = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(partial, `${JSON.stringify(list, undefined, 2)}\n`, { flag: 'wx' });
  renameSync(partial, path);
}
