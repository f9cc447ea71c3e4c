// A cache by its reference: in a registry, or the inline cache of an image that the store has.

import type { Readable } from 'node:stream';
import { type Descriptor, isDigest, type Manifest, sha256 } from '../../oci/index.ts';
import type { Store } from '../../store/index.ts';
import { type BlobSource, inlineCache, readCache } from './read.ts';
import type { CacheReference, CacheTransport, ImportedCache } from './types.ts';

/** What finds a cache by reference. */
export interface ReferenceServices {
  readonly store: Store;
  readonly transport: CacheTransport | undefined;
  readonly signal: AbortSignal;
}

/** Asks the registry, then the store. Throws an error that says why there is none. */
export async function readReference(
  from: CacheReference,
  { store, transport, signal }: ReferenceServices,
): Promise<ImportedCache> {
  const name = `cache "${from.name}"`;
  const root = await transport?.resolve(from, { signal });
  if (root !== undefined && transport !== undefined) {
    if (!isDigest(root.digest))
      throw new Error(`the registry gives "${root.digest}" for it, which is no digest`);
    return readCache(registryBlobs(from, transport, signal), root, name);
  }
  const stored = storedCache(from.name, store);
  if (stored) return stored;
  const where = transport === undefined ? 'the store' : 'the registry or the store';
  throw new Error(`there is nothing of that name in ${where}`);
}

/** The inline caches of a stored image, or of all images of an index; undefined where there is no such image. */
function storedCache(reference: string, store: Store): ImportedCache | undefined {
  const found = store.images.find(reference);
  const images = store.images.findIndex(reference)?.images ?? (found ? [found] : []);
  if (images.length === 0) return undefined;
  const name = `image "${reference}"`;
  const caches = images.map(({ id, manifest }) =>
    inlineCache(storedBlobs(store), store.content.read(id), layersOf(manifest), name),
  );
  return {
    name,
    records: new Map(caches.flatMap(({ records }) => [...records])),
    links: new Map(caches.flatMap(({ links }) => [...links])),
    mounts: [],
  };
}

function layersOf({ layers }: Manifest): readonly Descriptor[] {
  return layers;
}

function storedBlobs({ content }: Store): BlobSource {
  return {
    read: async ({ digest }, limit) => content.read(digest, limit),
    open: async ({ digest }) => content.stream(digest),
  };
}

function registryBlobs(from: CacheReference, transport: CacheTransport, signal: AbortSignal): BlobSource {
  const open = (blob: Descriptor): Promise<Readable> => transport.fetch(from, blob, { signal });
  return {
    open,
    async read(blob, limit) {
      const bytes = await readAll(await open(blob), Math.min(limit, blob.size));
      if (bytes.length === blob.size && sha256(bytes) === blob.digest) return bytes;
      throw new Error(`the blob "${blob.digest}" has other content than its digest says`);
    },
  };
}

/** Stops at the first byte too many. */
async function readAll(source: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Error(`a blob of it has more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
