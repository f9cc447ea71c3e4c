// The bytes of a blob on their way into a target.

import type { FileHandle } from 'node:fs/promises';
import { syncBehind } from '../../sync-behind.ts';
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

/** Has each piece of a blob written to `file` while the next one comes. The caller syncs at the end. */
export async function writeBlob(
  blob: PushedBlob,
  options: PutBlobOptions,
  file: FileHandle,
  write: (piece: Buffer) => Promise<void>,
): Promise<void> {
  let writing: Promise<void> | undefined;
  const syncs = syncBehind(file);
  try {
    for await (const piece of blobBytes(blob, options)) {
      await writing;
      writing = write(piece);
      // It is awaited with the next piece; until then its failure is nobody's.
      writing.catch(() => undefined);
      syncs.note(piece.length);
    }
    await writing;
    await syncs.ended();
  } finally {
    await Promise.allSettled([writing, syncs.ended()]);
  }
}
