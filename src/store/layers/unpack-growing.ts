// Unpacks a layer blob while its file is still being received; the blob's digest is taken on the way.

import { Readable } from 'node:stream';
import { isCaissonError } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { digestMismatch, type FollowedFile, followFile } from '../content/index.ts';
import { type UnpackRequest, type UnpackResult, unpackStream } from './unpack.ts';

/** What to unpack, and what it must be; plain data that travels to a worker thread. */
export interface GrowingRequest extends UnpackRequest {
  /** How far the file has come. */
  readonly growth: SharedArrayBuffer;
  /** Digest that the blob must have. */
  readonly digest: Digest;
}

/** Unpacks as `unpackLayer`, at the pace of the file. Throws `DIGEST_MISMATCH`, also where that is why unpacking failed. */
export async function unpackGrowing(request: GrowingRequest): Promise<UnpackResult> {
  using file = followFile(request.file, request.growth, request.digest);
  const unpacked = await attempt(() =>
    unpackStream(Readable.from(chunksOf(file), { objectMode: false, highWaterMark: 1 }), request),
  );
  // What the disk has no room for is no fault of the bytes.
  if ('error' in unpacked && ownFailures.some((code) => isCaissonError(unpacked.error, code)))
    throw unpacked.error;
  const digest = await file.drain();
  if (digest !== request.digest) throw digestMismatch(digest, request.digest);
  if ('error' in unpacked) throw unpacked.error;
  return unpacked.result;
}

const ownFailures = ['DISK_FULL', 'LAYER_TOO_LARGE', 'LAYER_NEEDS_ROOT'] as const;

type Attempt<T> = { readonly result: T } | { readonly error: unknown };

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { result: await work() };
  } catch (error) {
    return { error };
  }
}

async function* chunksOf(file: FollowedFile): AsyncGenerator<Buffer, void, undefined> {
  for (let chunk = await file.next(); chunk !== undefined; chunk = await file.next()) yield chunk;
}
