// Decompression of gzip data of any number of members.

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** The bytes of all members of `source`, in chunks of up to a megabyte. */
export async function* gunzipped(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
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
