// The bytes that an upload sends: a part of a blob, counted and checked against its size.

import { Readable } from 'node:stream';
import { CaissonError } from '../../../core/index.ts';
import type { PushedBlob, PushOptions } from '../../types.ts';

/** A blob to send, of a size that is known. */
export interface BodySource {
  readonly open: PushedBlob['open'];
  readonly size: number;
  readonly onProgress: PushOptions['onProgress'] | undefined;
}

/** A body for requests, and what went wrong in giving it: that is not the registry's fault. */
export interface BodyPart {
  readonly body: () => Readable;
  readonly failure: () => unknown;
}

/** The bytes from `start` to `end`. */
export function partOf({ open, size, onProgress }: BodySource, start: number, end: number): BodyPart {
  let failure: unknown;
  // Opened when it is first read: a body that no connection came to want has nothing to close.
  async function* bytes(): AsyncGenerator<Buffer> {
    let position = start;
    failure = undefined;
    try {
      for await (const chunk of (await open(start)) as AsyncIterable<Buffer>) {
        const kept = chunk.length > end - position ? chunk.subarray(0, end - position) : chunk;
        if (kept.length < chunk.length && end === size) throw changed(size, 'more');
        position += kept.length;
        onProgress?.(position);
        yield kept;
        if (position === end && end < size) return;
      }
      if (position < end) throw changed(size, 'fewer');
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  return {
    failure: () => failure,
    body: () => Readable.from(bytes(), { objectMode: false, highWaterMark: 1024 * 1024 }),
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
