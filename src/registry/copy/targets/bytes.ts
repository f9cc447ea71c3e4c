// The bytes of a blob on their way into a target.

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
