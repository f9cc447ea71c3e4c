// What is in a cache mount, as a tar in the content store and back.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CaissonError, type FileLock } from '../../core/index.ts';
import { compressed, type LayerCompression, layerMediaType } from '../compression/index.ts';
import { layerPool, tarStream } from '../layers/index.ts';
import type { ContentStore } from '../types.ts';
import { cacheMountPaths, folderNames, keyName, readRecord } from './folders.ts';
import { type CacheMountPlaces, lockFolder } from './take.ts';
import type { CacheMountKey, PackedCacheMount } from './types.ts';

/** What a cache mount is packed with. */
export interface PackOptions {
  readonly content: ContentStore;
  readonly compression: LayerCompression;
  readonly signal: AbortSignal;
}

/** Packs the folder of `key` that was last used, while nobody writes to it; undefined where there is none. */
export async function packCacheMount(
  { root }: CacheMountPlaces,
  key: CacheMountKey,
  options: PackOptions,
): Promise<PackedCacheMount | undefined> {
  for (;;) {
    const name = lastUsed(root, key);
    if (name === undefined) return undefined;
    using lock = await lockAlone(join(root, name), options.signal);
    if (lock) return await pack(cacheMountPaths(join(root, name)).files, options);
  }
}

/** Nothing of it leaves the folder, as with layers. Throws what unpacking a layer throws, and `LAYER_DIGEST_MISMATCH`. */
export async function unpackCacheMount(
  { blob, diffId }: PackedCacheMount,
  folder: string,
  content: ContentStore,
): Promise<void> {
  const request = { file: content.path(blob.digest), folder, whiteouts: false };
  const found = await layerPool('short').run({ kind: 'unpack', request });
  if (found.diffId === diffId) return;
  throw new CaissonError(
    'LAYER_DIGEST_MISMATCH',
    `The blob "${blob.digest}" unpacks to the digest "${found.diffId}", not "${diffId}"`,
    { hint: 'Export the cache again.' },
  );
}

function lastUsed(root: string, key: CacheMountKey): string | undefined {
  const records = folderNames(root, keyName(key)).flatMap((name) => readRecord(root, name) ?? []);
  return records.toSorted((a, b) => b.lastUsed - a.lastUsed)[0]?.name;
}

const pause = 20;

/** Undefined when the folder is gone meanwhile. */
async function lockAlone(folder: string, signal: AbortSignal): Promise<FileLock | undefined> {
  for (;;) {
    signal.throwIfAborted();
    const lock = lockFolder(folder, 'exclusive');
    if (lock || readRecord(join(folder, '..'), folder.slice(folder.lastIndexOf('/') + 1)) === undefined)
      return lock;
    await sleep(pause);
  }
}

async function pack(
  folder: string,
  { content, compression, signal }: PackOptions,
): Promise<PackedCacheMount> {
  const hash = createHash('sha256');
  const tar = tarStream({ trees: [{ folders: [folder], marks: false }] });
  const watched = Readable.from(hashed(tar, hash, signal), { objectMode: false });
  const bytes = Readable.from(compressed(watched, compression), { objectMode: false });
  const blob = await content.ingest(bytes, layerMediaType(compression.kind));
  return { blob, diffId: `sha256:${hash.digest('hex')}` };
}

async function* hashed(
  source: Readable,
  hash: { update(bytes: Buffer): unknown },
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for await (const chunk of source as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    hash.update(chunk);
    yield chunk;
  }
}
