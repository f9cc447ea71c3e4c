// Decompression of zstd data of any number of frames.
//
// Node's zstd stream ends with the first frame that does not end where a chunk of input does, and drops the rest without a word.
// Layers often have several frames: those of parallel compressors, and zstd:chunked with its skippable ones.

import { once } from 'node:events';
import { createZstdDecompress, type ZstdDecompress } from 'node:zlib';

/** The bytes of all frames of `source`, whose chunks are not empty, in chunks of up to a megabyte. */
export async function* zstdDecompressed(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const input = source[Symbol.asyncIterator]();
  for (let rest = await nextChunk(input); rest !== undefined; ) {
    const stream = createZstdDecompress({ chunkSize: 1 << 20 });
    const feeding = feed(stream, rest, input);
    feeding.catch((error: unknown) => stream.destroy(error as Error));
    try {
      yield* stream as AsyncIterable<Buffer>;
      rest = await feeding;
    } finally {
      stream.destroy();
    }
  }
}

/** Writes to `stream` until it takes no more; gives back what it left, undefined when the input is at its end. */
async function feed(
  stream: ZstdDecompress,
  first: Buffer,
  input: AsyncIterator<Buffer>,
): Promise<Buffer | undefined> {
  const ended = once(stream, 'end');
  for (let chunk: Buffer | undefined = first; chunk !== undefined; chunk = await nextChunk(input)) {
    const before = stream.bytesWritten;
    // The callback never comes when the stream ends within the chunk.
    await Promise.race([new Promise((resolve) => stream.write(chunk, resolve)), ended]);
    const taken = stream.bytesWritten - before;
    if (taken < chunk.length) return chunk.subarray(taken);
  }
  stream.end();
  return undefined;
}

async function nextChunk(input: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const next = await input.next();
  return next.done ? undefined : next.value;
}
