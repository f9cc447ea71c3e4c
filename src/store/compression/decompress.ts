// Undoing whichever compression a stream has.

import type { Readable } from 'node:stream';
import { isCaissonError } from '../../core/index.ts';
import { type Compression, compressionOf, magicLength } from './formats.ts';
import { gunzipped } from './gzip.ts';
import { filtered } from './program.ts';
import { zstdDecompressed } from './zstd.ts';

type Bytes = AsyncIterable<Buffer>;

const decompressors: Readonly<Record<Compression, (source: Bytes) => Bytes>> = {
  none: (source) => source,
  gzip: gunzipped,
  zstd: zstdDecompressed,
  xz: (source) => filtered('xz', source),
  bzip2: (source) => filtered('bzip2', source),
};

/**
 * The bytes of `source` decompressed, in chunks of up to a megabyte; `source` is destroyed at the end. Corrupt or cut
 * data throws what `invalid` makes of the reason; an error of the source stays as it is. Throws `PROGRAM_NOT_FOUND`.
 */
export async function* decompressed(
  source: Readable,
  invalid: (cause: unknown) => Error,
): AsyncGenerator<Buffer, void, undefined> {
  const input = chunksOf(source)[Symbol.asyncIterator]();
  try {
    const head = await firstBytes(input);
    yield* decompressors[compressionOf(head)](chained(head, input));
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

/** Enough of the start to tell the format, where there is as much. */
async function firstBytes(input: AsyncIterator<Buffer>): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length < magicLength) {
    const next = await input.next();
    if (next.done) break;
    bytes = Buffer.concat([bytes, next.value]);
  }
  return bytes;
}

async function* chained(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
