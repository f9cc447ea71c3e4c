// A stream from some way in: for an upload that goes on where it broke.

import { Readable } from 'node:stream';

/** The bytes of `source` from `offset`. */
export function skipped(source: Readable, offset: number): Readable {
  return offset === 0 ? source : Readable.from(rest(source, offset), { objectMode: false });
}

async function* rest(source: Readable, offset: number): AsyncGenerator<Buffer> {
  let left = offset;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
