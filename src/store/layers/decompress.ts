// Decompression of layer blobs, told by their first bytes: gzip, zstd, or a plain tar.

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { messageOf } from '../../core/index.ts';
import { invalidLayer } from './scoped-paths.ts';
import { zstdDecompressed } from './zstd.ts';

const decompressors = [
  { magic: [0x1f, 0x8b], open: gunzipped },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], open: zstdDecompressed },
  // A skippable frame, as some compressors put before the others.
  { magic: [0x50, 0x2a, 0x4d, 0x18], open: zstdDecompressed },
] as const;

/** The bytes of `source` decompressed, in chunks of up to a megabyte. Throws `LAYER_INVALID` for corrupt or cut data. */
export async function* decompressed(source: Readable): AsyncGenerator<Buffer, void, undefined> {
  const input = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  try {
    const first = await firstBytes(input);
    const format = decompressors.find(({ magic }) => magic.every((byte, index) => first[index] === byte));
    const whole = chained(first, input);
    yield* format ? format.open(whole) : whole;
  } catch (error) {
    if (source.errored) throw source.errored;
    throw invalidLayer(`it cannot be decompressed: ${messageOf(error)}`);
  } finally {
    source.destroy();
  }
}

async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  const input = Readable.from(source, { objectMode: false });
  const stream = createGunzip({ chunkSize: 1 << 20 });
  input.on('error', (error) => stream.destroy(error));
  input.pipe(stream);
  try {
    yield* stream as AsyncIterable<Buffer>;
  } finally {
    input.destroy();
    stream.destroy();
  }
}

/** Enough of the start to tell the format. */
async function firstBytes(input: AsyncIterator<Buffer>): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  while (bytes.length < 4) {
    const next = await input.next();
    if (next.done) break;
    bytes = Buffer.concat([bytes, next.value]);
  }
  return bytes;
}

async function* chained(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
