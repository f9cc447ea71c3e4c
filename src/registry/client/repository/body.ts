// The bytes that an upload sends, part after part: counted and checked against the blob's size.

import { Readable } from 'node:stream';
import { CaissonError } from '../../../core/index.ts';
import type { PushedBlob, PushOptions } from '../../types.ts';

/** A body for requests, and what went wrong in giving it: that is not the registry's fault. */
export interface BodyPart {
  readonly body: () => Readable;
  readonly failure: () => unknown;
}

/** A blob to send. Disposing closes what is open. */
export interface BodySource extends Disposable {
  /** The bytes from `start` to `end`. */
  part(start: number, end: number): BodyPart;
}

/** A source of parts; one that begins where the last ended is read on, since opening may mean to make all the bytes before it anew. */
export function bodySource(blob: PushedBlob, onProgress: PushOptions['onProgress']): BodySource {
  const bookmark = createBookmark(blob.open);
  const part = (start: number, end: number): BodyPart => {
    let failure: unknown;
    // Opened when it is first read: a body that no connection came to want has nothing to close.
    async function* bytes(): AsyncGenerator<Buffer> {
      let position = start;
      failure = undefined;
      try {
        for await (const chunk of read(bookmark, blob.descriptor.size, start, end)) {
          position += chunk.length;
          onProgress?.(position);
          yield chunk;
        }
      } catch (error) {
        failure = error;
        throw error;
      }
    }
    return {
      failure: () => failure,
      body: () => Readable.from(bytes(), { objectMode: false, highWaterMark: 1024 * 1024 }),
    };
  };
  return { part, [Symbol.dispose]: () => bookmark[Symbol.dispose]() };
}

async function* read(bookmark: Bookmark, size: number, start: number, end: number): AsyncGenerator<Buffer> {
  const reading = await bookmark.take(start);
  let [position, chunk] = [start, reading.rest];
  try {
    for (;;) {
      const kept = chunk.subarray(0, end - position);
      if (kept.length < chunk.length && end === size) throw changed(size, 'more');
      position += kept.length;
      const isRead = position === end && end < size;
      // Before the last bytes are given: the answer to them may come, and the next part be wanted, before this goes on.
      if (isRead) bookmark.put({ ...reading, position, rest: chunk.subarray(kept.length) });
      if (kept.length > 0) yield kept;
      if (isRead) return;
      const next = await reading.chunks.next();
      if (next.done) break;
      chunk = next.value;
    }
    if (position < end) throw changed(size, 'fewer');
  } finally {
    if (position < end || end === size) reading.stream.destroy();
  }
}

/** What was opened, and how far it is read. */
interface Reading {
  readonly stream: Readable;
  readonly chunks: AsyncIterator<Buffer>;
  readonly position: number;
  /** What follows, as far as it is here. */
  readonly rest: Buffer;
}

/** Where reading may go on. */
interface Bookmark extends Disposable {
  take(start: number): Promise<Reading>;
  put(reading: Reading): void;
}

function createBookmark(open: PushedBlob['open']): Bookmark {
  let [left, isOver]: [Reading | undefined, boolean] = [undefined, false];
  return {
    async take(start) {
      const found = left;
      left = undefined;
      if (found?.position === start) return found;
      found?.stream.destroy();
      const stream = await open(start);
      const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
      return { stream, chunks, position: start, rest: Buffer.alloc(0) };
    },
    put(reading) {
      left?.stream.destroy();
      left = reading;
      if (isOver) left.stream.destroy();
    },
    [Symbol.dispose]() {
      isOver = true;
      left?.stream.destroy();
    },
  };
}

function changed(size: number, how: string): CaissonError {
  return new CaissonError(
    'BLOB_SIZE_MISMATCH',
    `A blob of ${size} bytes gives ${how} bytes while it is sent`,
    {
      hint: 'The content was changed while it was pushed; push again.',
    },
  );
}
