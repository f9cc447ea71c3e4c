// What the copies of earlier builds copied: kept one file a step, to explain misses by file and to reuse unchanged files.

import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { hexOf, sha256 } from '../../oci/index.ts';
import { type LayerId, newSession, type Store } from '../../store/index.ts';
import { readManifest } from '../ops/copy/index.ts';

/** The newest copy of one step: its files in the copy's own form, the layer it gave, and how they were laid out there. */
export interface LastCopy {
  readonly layer: LayerId;
  /** Digest of what places files in the layer: destination, owner, mode… */
  readonly form: string;
  /** Digest (32 bytes) of where the files were put. */
  readonly placement: Buffer;
  /** In chunks, each to be used before the next is asked for: it may be larger than memory has room for. */
  readonly manifest: () => Iterable<Buffer>;
}

/** So many steps are remembered; the ones written longest ago go first. */
const keptSteps = 500;
/** Begins a file, before the layer, the form, the placement and a line feed; the manifest follows. */
const version = 'copy-2';
const longestHeader = 1024;

/** What the step in `slot` copied when it last ran, readable until disposed; undefined where nothing is remembered. */
export function readLastCopy(store: Store, slot: string): (LastCopy & Disposable) | undefined {
  let fd: number;
  try {
    fd = openSync(fileOf(store, slot), 'r');
  } catch {
    return undefined;
  }
  const header = Buffer.alloc(longestHeader);
  const end = header.subarray(0, readSync(fd, header, 0, longestHeader, 0)).indexOf(10);
  const [written, layer, form, placement] = header.toString('utf8', 0, Math.max(0, end)).split(' ');
  if (written !== version || !layer || !form || placement?.length !== 64) {
    closeSync(fd);
    return undefined;
  }
  return {
    layer,
    form,
    placement: Buffer.from(placement, 'hex'),
    manifest: () => readManifest(fd, end + 1),
    [Symbol.dispose]: () => closeSync(fd),
  };
}

/** Remembers a copy in place of the step's last one: written aside and renamed, so that readers see one or the other. */
export function writeLastCopy(store: Store, slot: string, copy: LastCopy): void {
  const file = fileOf(store, slot);
  const temporary = `${file}.${newSession()}`;
  mkdirSync(folderOf(store), { recursive: true, mode: 0o700 });
  const fd = openSync(temporary, 'wx', 0o600);
  try {
    const { layer, form, placement } = copy;
    writeAll(fd, Buffer.from(`${version} ${layer} ${form} ${placement.toString('hex')}\n`));
    for (const chunk of copy.manifest()) writeAll(fd, chunk);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, file);
  dropOldest(folderOf(store));
}

/** The file that remembers the digests of a context's files; its folder is made. */
export function contextIndexFile(store: Store, context: string): string {
  const folder = join(store.root, 'build', 'contexts');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, hexOf(sha256(context)));
}

/** The folder for what copies put aside while they run; it is made. */
export function scratchFolder(store: Store): string {
  const folder = join(store.root, 'build');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function folderOf(store: Store): string {
  return join(store.root, 'build', 'copies');
}

function fileOf(store: Store, slot: string): string {
  return join(folderOf(store), hexOf(sha256(slot)));
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
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
