// Reading a file while another thread still writes it; all that was read is hashed.

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Digest } from '../../oci/index.ts';
import { parseDigest } from './digest-path.ts';
import { grown } from './growth.ts';

/** A file being read from its start. */
export interface FollowedFile extends Disposable {
  /** The next bytes, as they come; undefined at the end of a complete file. Throws when writing it failed. */
  next(): Promise<Buffer | undefined>;
  /** Reads what is left; gives the digest of everything, by the algorithm of the expected one. */
  drain(): Promise<Digest>;
}

const largestChunk = 1 << 20;

/** Follows the file at `path` from `start`, whose growth is told in `shared`, and which should have the digest `expected`. */
export function followFile(
  path: string,
  shared: SharedArrayBuffer,
  expected: Digest,
  start = 0,
): FollowedFile {
  const { algorithm } = parseDigest(expected);
  const hash = createHash(algorithm);
  const fd = openSync(path, 'r');
  let position = start;
  let closed = false;
  const read = async (room?: Buffer): Promise<Buffer | undefined> => {
    const { length, state } = await grown(shared, position);
    if (state === 'failed') throw new Error('The file was not received whole');
    if (length <= position || closed) return undefined;
    const wanted = Math.min(largestChunk, length - position);
    const chunk = room?.subarray(0, wanted) ?? Buffer.allocUnsafeSlow(wanted);
    const count = readSync(fd, chunk, 0, chunk.length, position);
    if (count === 0) throw new Error(`The file "${path}" was cut short while it was read`);
    position += count;
    const bytes = chunk.subarray(0, count);
    hash.update(bytes);
    return bytes;
  };
  // A stream that is given up may have asked for a chunk that is still to come: who reads on takes what is after it.
  let last: Promise<unknown> = Promise.resolve();
  const next = (room?: Buffer): Promise<Buffer | undefined> => {
    const chunk = last.then(() => read(room));
    last = chunk.catch(() => {});
    return chunk;
  };
  return {
    next: () => next(),
    async drain() {
      const room = Buffer.allocUnsafeSlow(largestChunk);
      while ((await next(room)) !== undefined);
      return `${algorithm}:${hash.digest('hex')}`;
    },
    [Symbol.dispose]() {
      closed = true;
      closeSync(fd);
    },
  };
}
