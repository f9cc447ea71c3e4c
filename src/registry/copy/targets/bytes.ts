// The bytes of a blob on their way into a target.

import type { FileHandle } from 'node:fs/promises';
import { writeDigested } from '../../../store/index.ts';
import { syncBehind } from '../../sync-behind.ts';
import type { PushedBlob } from '../../types.ts';
import type { PutBlobOptions } from '../types.ts';
import { digestMismatch, sizeMismatch } from '../verified.ts';

/** The blob's bytes; counted, and stopped when the signal says so. */
export async function* blobBytes(
  { open }: PushedBlob,
  { signal, onProgress }: PutBlobOptions,
): AsyncGenerator<Buffer> {
  let count = 0;
  for await (const chunk of (await open(0)) as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    yield chunk;
    count += chunk.length;
    onProgress?.(count);
  }
}

/** Where in a file a blob is written. */
export interface BlobPlace {
  readonly file: FileHandle;
  /** Default: 0. */
  readonly start?: number;
}

/** Writes a blob into a file that is synced while more comes; the caller syncs at the end. Throws `DIGEST_MISMATCH`, `SIZE_MISMATCH`. */
export async function writeBlob(
  { descriptor, open }: PushedBlob,
  { origin, signal, onProgress }: PutBlobOptions,
  place: BlobPlace,
): Promise<void> {
  const { digest, size } = descriptor;
  const syncs = syncBehind(place.file);
  let synced = 0;
  const onWritten = (length: number): void => {
    signal.throwIfAborted();
    syncs.note(length - synced);
    synced = length;
    onProgress?.(length);
  };
  try {
    const source = await open(0);
    const written = await writeDigested(source, { ...place, expected: digest, size, onWritten });
    if (written.size !== size) throw sizeMismatch(origin, descriptor, written.size);
    if (written.digest !== digest) throw digestMismatch(origin, digest, written.digest);
    await syncs.ended();
  } finally {
    await Promise.allSettled([syncs.ended()]);
  }
}
