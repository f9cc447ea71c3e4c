// The bytes of a blob on their way into a target.

import type { FileHandle } from 'node:fs/promises';
import type { PushedBlob } from '../../types.ts';
import type { PutBlobOptions } from '../types.ts';

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

/** So much is given to the disk while more comes: the sync at the end has little left to do. */
const syncEvery = 32 * 1024 * 1024;

/** Has each piece of a blob written to `file` while the next one comes. The caller syncs at the end. */
export async function writeBlob(
  blob: PushedBlob,
  options: PutBlobOptions,
  file: FileHandle,
  write: (piece: Buffer) => Promise<void>,
): Promise<void> {
  let writing: Promise<void> | undefined;
  let syncing: Promise<void> | undefined;
  let unsynced = 0;
  try {
    for await (const piece of blobBytes(blob, options)) {
      await writing;
      writing = write(piece);
      // It is awaited with the next piece; until then its failure is nobody's.
      writing.catch(() => undefined);
      unsynced += piece.length;
      if (syncing || unsynced < syncEvery) continue;
      unsynced = 0;
      syncing = syncBehind(file).then(() => {
        syncing = undefined;
      });
    }
    await writing;
  } finally {
    await Promise.allSettled([writing, syncing]);
  }
}

/** Its failure is met again by the sync that counts. */
function syncBehind(file: FileHandle): Promise<void> {
  return file.datasync().catch(() => undefined);
}
