// Decompression of layer blobs, told by their first bytes: gzip, zstd, or a plain tar.

import type { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { messageOf } from '../../core/index.ts';
import { invalidLayer } from './scoped-paths.ts';

const chunkSize = 1 << 20;

const decompressors = [
  { magic: Buffer.of(0x1f, 0x8b), open: () => createGunzip({ chunkSize }) },
  { magic: Buffer.of(0x28, 0xb5, 0x2f, 0xfd), open: () => createZstdDecompress({ chunkSize }) },
] as const;

/** The bytes of `source` decompressed, in chunks of up to a megabyte. Throws `LAYER_INVALID` for corrupt or cut data. */
export async function* decompressed(source: Readable): AsyncGenerator<Buffer, void, undefined> {
  const first = await firstBytes(source);
  const format = decompressors.find(({ magic }) => first.subarray(0, magic.length).equals(magic));
  if (!format) {
    yield* source as AsyncIterable<Buffer>;
    return;
  }
  const stream = format.open();
  source.on('error', (error) => stream.destroy(error));
  source.pipe(stream);
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    if (source.errored) throw source.errored;
    throw invalidLayer(`it cannot be decompressed: ${messageOf(error)}`);
  } finally {
    source.destroy();
    stream.destroy();
  }
}

/** Looks at the start of a stream without taking it away. */
async function firstBytes(source: Readable): Promise<Buffer> {
  const chunk = await new Promise<Buffer | null>((resolve, reject) => {
    source.once('error', reject);
    source.once('end', () => resolve(null));
    source.once('readable', () => resolve(source.read() as Buffer | null));
  });
  if (chunk === null) return Buffer.alloc(0);
  source.unshift(chunk);
  return chunk;
}
