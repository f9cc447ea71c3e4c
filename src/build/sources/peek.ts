// Looking at the beginning of a stream without taking it away.

import { Readable } from 'node:stream';

/** Enough to tell an archive: two blocks of a tar, as docker looks at. */
export const headLength = 1024;

/** The first `length` bytes (less where the stream is shorter), and a stream that still has them. */
export async function peek(
  source: Readable,
  length: number,
): Promise<{ readonly head: Buffer; readonly stream: Readable }> {
  const input = source[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer | string>;
  let head: Buffer = Buffer.alloc(0);
  while (head.length < length) {
    const next = await input.next();
    if (next.done) break;
    head = Buffer.concat([head, Buffer.from(next.value)]);
  }
  return {
    head: head.subarray(0, length),
    stream: Readable.from(chained(head, input), { objectMode: false }),
  };
}

async function* chained(head: Buffer, rest: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for await (const chunk of rest) yield Buffer.from(chunk);
}
