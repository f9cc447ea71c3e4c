// What the copies of earlier builds copied: kept one file a step, to explain misses by file and to reuse unchanged files.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hexOf, sha256 } from '../../oci/index.ts';
import { type LayerId, newSession, type Store } from '../../store/index.ts';

/** The newest copy of one step: its files in the copy's own form, the layer it gave, and how they were laid out there. */
export interface LastCopy {
  readonly layer: LayerId;
  /** Digest of what places files in the layer: destination, owner, mode… */
  readonly form: string;
  readonly manifest: Buffer;
}

/** So many steps are remembered; the ones written longest ago go first. */
const keptSteps = 500;

/** What the step in `slot` copied when it last ran; undefined where nothing (readable) is remembered. */
export function readLastCopy(store: Store, slot: string): LastCopy | undefined {
  try {
    const bytes = readFileSync(fileOf(store, slot));
    const end = bytes.indexOf(10);
    const [layer, form] = bytes.toString('utf8', 0, end).split(' ');
    return layer && form ? { layer, form, manifest: bytes.subarray(end + 1) } : undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a copy in place of the step's last one: written aside and renamed, so that readers see one or the other. */
export function writeLastCopy(store: Store, slot: string, copy: LastCopy): void {
  const file = fileOf(store, slot);
  const temporary = `${file}.${newSession()}`;
  mkdirSync(folderOf(store), { recursive: true, mode: 0o700 });
  writeFileSync(temporary, Buffer.concat([Buffer.from(`${copy.layer} ${copy.form}\n`), copy.manifest]));
  renameSync(temporary, file);
  dropOldest(folderOf(store));
}

/** The file that remembers the digests of a context's files; its folder is made. */
export function contextIndexFile(store: Store, context: string): string {
  const folder = join(store.root, 'build', 'contexts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, hexOf(sha256(context)));
}

function folderOf(store: Store): string {
  return join(store.root, 'build', 'copies');
}

function fileOf(store: Store, slot: string): string {
  return join(folderOf(store), hexOf(sha256(slot)));
}

function dropOldest(folder: string): void {
  const names = readdirSync(folder);
  if (names.length <= keptSteps) return;
  const written = (name: string): number =>
    statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const oldest = names.map((name) => ({ name, time: written(name) })).sort((a, b) => a.time - b.time);
  for (const { name } of oldest.slice(0, names.length - keptSteps))
    rmSync(join(folder, name), { force: true });
}
