// Undoing whichever compression a stream has.

import type { Readable } from 'node:stream';
import { isCaissonError } from '../../core/index.ts';
import { type Compression, compressionOf, magicLength } from './formats.ts';
import { gunzipped } from './gzip.ts';
import { peeked } from './peek.ts';
import { decodedInThread } from './worker-stream.ts';
import { xzDecompressed } from './xz.ts';
import { zstdDecompressed } from './zstd.ts';

type Bytes = AsyncIterable<Buffer>;

const decompressors: Readonly<Record<Compression, (source: Bytes) => Bytes>> = {
  none: (source) => source,
  gzip: gunzipped,
  zstd: zstdDecompressed,
  xz: xzDecompressed,
  bzip2: (source) => decodedInThread('bzip2', source),
};

/**
 * The bytes of `source` decompressed, in chunks of up to a megabyte; `source` is destroyed at the end. Corrupt or cut
 * data throws what `invalid` makes of the reason; an error of the source stays as it is. Throws `PROGRAM_NOT_FOUND`.
 */
export async function* decompressed(
  source: Readable,
  invalid: (cause: unknown) => Error,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    const { head, bytes } = await peeked(chunksOf(source), magicLength);
    yield* decompressors[compressionOf(head)](bytes);
    if (source.errored) throw source.errored;
  } catch (error) {
    if (source.errored) throw source.errored;
    throw isCaissonError(error, 'PROGRAM_NOT_FOUND') ? error : invalid(error);
  } finally {
    source.destroy();
  }
}

/** Chunks that hold something: decompressors take an empty one for no input at all. */
async function* chunksOf(source: Readable): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of source as AsyncIterable<Buffer | string>)
    if (chunk.length > 0) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}
