// A cache written to a folder: a new folder appears whole; in one that is there the entry of its tag is replaced, and blobs that only
// the old entry needed go.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { currentUmask, errnoOf, lock } from '../../core/index.ts';
import { type Descriptor, type Digest, hexOf, isDigest, mediaTypes } from '../../oci/index.ts';
import type { ArchiveMember, Store } from '../../store/index.ts';
import { members, parseJson } from './format.ts';
import { localBlobs, refName } from './read-local.ts';
import type { LocalCacheTarget } from './types.ts';
import type { WrittenBlob, WrittenCache } from './written.ts';

/** Writes the cache; whatever happens, the folder holds the old one or the new one. Throws `BLOB_CORRUPT`, `DISK_FULL`. */
export async function writeLocal(
  cache: WrittenCache,
  target: LocalCacheTarget,
  store: Store,
  signal: AbortSignal,
): Promise<void> {
  const dest = resolve(target.dest);
  makeFolder(dirname(dest));
  if (!existsSync(dest) && (await writeNew(cache, dest, target.tag, store, signal))) return;
  using _ = await lock(join(dest, 'index.json.lock'), 'exclusive', signal);
  await writeInto(cache, dest, target.tag, store, signal);
}

/** Node's own way never returns where the kernel refuses to make folders (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** False where another build made the folder first. */
async function writeNew(
  cache: WrittenCache,
  dest: string,
  tag: string,
  store: Store,
  signal: AbortSignal,
): Promise<boolean> {
  const staging = mkdtempSync(join(dirname(dest), `.${basename(dest)}.partial-`));
  try {
    await writeInto(cache, staging, tag, store, signal);
    signal.throwIfAborted();
    chmodSync(staging, 0o777 & ~currentUmask());
    renameSync(staging, dest);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Blobs first, `index.json` last, each by one rename. */
async function writeInto(
  { root, blobs }: WrittenCache,
  folder: string,
  tag: string,
  store: Store,
  signal: AbortSignal,
): Promise<void> {
  const staging = mkdtempSync(join(folder, '.partial-'));
  try {
    const missing = blobs.filter(({ descriptor }) => !isThere(folder, descriptor));
    await store.writeArchive(
      missing.map((blob) => memberOf(blob, signal)),
      join(staging, 'layout'),
      'folder',
    );
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
    for (const { descriptor } of missing)
      renameSync(
        join(staging, 'layout', blobName(descriptor.digest)),
        join(folder, blobName(descriptor.digest)),
      );
    const entries = await entriesOf(folder);
    const old = entries.filter((entry) => entry.annotations?.[refName] === tag);
    const kept = entries.filter((entry) => !old.includes(entry));
    const entry = { ...root, annotations: { [refName]: tag } };
    writeFileSync(join(staging, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    renameSync(join(staging, 'oci-layout'), join(folder, 'oci-layout'));
    writeFileSync(join(staging, 'index.json'), indexText([...kept, entry]));
    renameSync(join(staging, 'index.json'), join(folder, 'index.json'));
    await removeUnneeded(folder, old, [...kept, entry]);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function isThere(folder: string, { digest, size }: Descriptor): boolean {
  return statSync(join(folder, blobName(digest)), { throwIfNoEntry: false })?.size === size;
}

function memberOf({ descriptor: { digest, size }, open }: WrittenBlob, signal: AbortSignal): ArchiveMember {
  return {
    name: blobName(digest),
    size,
    digest,
    async bytes() {
      signal.throwIfAborted();
      return open();
    },
  };
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

function indexText(manifests: readonly Descriptor[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
}

async function entriesOf(folder: string): Promise<readonly Descriptor[]> {
  const path = join(folder, 'index.json');
  if (!existsSync(path)) return [];
  const { manifests } = members(parseJson(await readFile(path)), `"${path}"`);
  return Array.isArray(manifests) ? (manifests as Descriptor[]) : [];
}

/** Only what an entry that was replaced listed, and none that is left does. */
async function removeUnneeded(
  folder: string,
  old: readonly Descriptor[],
  kept: readonly Descriptor[],
): Promise<void> {
  if (old.length === 0) return;
  const before = await digestsBelow(folder, old);
  const needed = await digestsBelow(folder, kept);
  if (before === undefined || needed === undefined) return;
  for (const digest of before)
    if (!needed.has(digest)) rmSync(join(folder, blobName(digest)), { force: true });
}

const manifestLimit = 16 << 20;

/** The digests in manifests and in what these list; undefined where one cannot be read: then nothing may go. */
async function digestsBelow(
  folder: string,
  roots: readonly Descriptor[],
): Promise<ReadonlySet<Digest> | undefined> {
  const found = new Set<Digest>();
  try {
    for (const root of roots) await addBelow(folder, root, found);
    return found;
  } catch {
    return undefined;
  }
}

async function addBelow(folder: string, blob: Descriptor, found: Set<Digest>): Promise<void> {
  if (!isDigest(blob.digest) || found.has(blob.digest)) return;
  found.add(blob.digest);
  if (!/\.(?:manifest|index|list)\./.test(blob.mediaType)) return;
  const {
    manifests = [],
    config,
    layers = [],
  } = members(parseJson(await localBlobs(folder).read(blob, manifestLimit)), 'a manifest');
  const below = [manifests, layers, config === undefined ? [] : [config]].flat() as Descriptor[];
  for (const one of below) await addBelow(folder, one, found);
}
