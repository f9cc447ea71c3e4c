// A cache in a folder: an image layout (image-spec, image-layout.md). The folder may be hostile: its links are not followed.

import { constants, createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { CaissonError, errnoOf } from '../../core/index.ts';
import { type Descriptor, hexOf, isDigest, sha256 } from '../../oci/index.ts';
import { members, parseJson } from './format.ts';
import { type BlobSource, readCache } from './read.ts';
import type { CacheSource, ImportedCache } from './types.ts';

/** The annotation that names an entry of `index.json`. */
export const refName = 'org.opencontainers.image.ref.name';

const indexLimit = 4 << 20;

/** Reads the cache in a folder; its layers are opened when they are needed. Throws an error that says why there is none. */
export async function readLocal(source: CacheSource & { readonly kind: 'local' }): Promise<ImportedCache> {
  const index = members(parseJson(await readWhole(join(source.src, 'index.json'), indexLimit)), 'index.json');
  const root = choose(index['manifests'], source);
  return readCache(localBlobs(source.src), root, `local cache "${source.src}"`);
}

/** The blobs of the layout in `folder`. */
export function localBlobs(folder: string): BlobSource {
  const path = ({ digest }: Descriptor): string => join(folder, 'blobs/sha256', hexOf(digest));
  return {
    async read(blob, limit) {
      const bytes = await readWhole(path(blob), limit);
      if (bytes.length === blob.size && sha256(bytes) === blob.digest) return bytes;
      throw new Error(`the blob "${blob.digest}" has other content than its digest says`);
    },
    async open(blob) {
      const file = await openRegular(path(blob));
      return createReadStream('', { fd: file, highWaterMark: 1 << 20 });
    },
  };
}

function choose(entries: unknown, { tag = 'latest', digest }: CacheSource & { kind: 'local' }): Descriptor {
  const listed = (Array.isArray(entries) ? entries : []).filter(isRoot);
  const found = listed.find((entry) =>
    digest === undefined ? entry.annotations?.[refName] === tag : entry.digest === digest,
  );
  if (found) return found;
  throw new Error(digest === undefined ? `it has no cache tagged "${tag}"` : `it has no cache "${digest}"`);
}

function isRoot(entry: unknown): entry is Descriptor {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'digest' in entry &&
    isDigest(entry.digest) &&
    'mediaType' in entry &&
    typeof entry.mediaType === 'string' &&
    'size' in entry &&
    Number.isSafeInteger(entry.size)
  );
}

async function readWhole(path: string, limit: number): Promise<Buffer> {
  const file = await openRegular(path);
  try {
    const { size } = await file.stat();
    if (size > limit) throw new Error(`"${path}" has ${size} bytes; at most ${limit} are read`);
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Anything but a regular file could block, or never end. */
async function openRegular(path: string): Promise<FileHandle> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((cause: unknown) => {
    const missing = errnoOf(cause) === 'ENOENT';
    throw new CaissonError('CACHE_UNREADABLE', `"${path}" ${missing ? 'is missing' : 'cannot be opened'}`, {
      cause,
    });
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new Error(`"${path}" is no regular file`);
}
