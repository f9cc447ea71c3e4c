// Writes an answer's body into a file, hashing it; what is cut short or too large is refused.

import { createHash } from 'node:crypto';
import { chmodSync, createWriteStream, statfsSync, utimesSync } from 'node:fs';
import { dirname } from 'node:path';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CaissonError, errnoOf } from '../../../core/index.ts';
import type { Digest } from '../../../oci/index.ts';
import { cutShort, requestFailed, tooLarge } from './errors.ts';
import type { HttpAnswer } from './request.ts';

/** Where a body goes, and who watches. */
export interface SaveOptions {
  /** For messages. */
  readonly url: string;
  readonly file: string;
  readonly signal: AbortSignal;
  readonly onProgress?: ((current: number, total: number | undefined) => void) | undefined;
}

/**
 * Writes the body as a file that only root may read, with the time the server gives it (else 1970), as BuildKit does; gives its digest.
 * Throws `FETCH_FAILED`, `FETCH_TOO_LARGE`.
 */
export async function saveBody(answer: HttpAnswer, options: SaveOptions): Promise<Digest> {
  const { url, file, signal } = options;
  const { body, headers } = answer;
  const length = headers['content-length'];
  const hash = createHash('sha256');
  let bytes = 0;
  const received = (chunk: Buffer): void => {
    bytes += chunk.length;
    options.onProgress?.(bytes, length === undefined ? undefined : Number(length));
  };
  try {
    const steps = stepsFor(answer, options, received, (chunk) => void hash.update(chunk));
    const target = createWriteStream(file, { flags: 'wx', highWaterMark: writtenAtOnce });
    await pipeline([body, ...steps, target], { signal });
  } catch (error) {
    body.destroy();
    signal.throwIfAborted();
    if (error instanceof CaissonError || errnoOf(error) === 'ENOSPC') throw error;
    throw body.complete ? requestFailed(url, error) : cutShort(url, bytes, length);
  }
  chmodSync(file, 0o600);
  const seconds = secondsOf(headers['last-modified']);
  utimesSync(file, seconds, seconds);
  return `sha256:${hash.digest('hex')}`;
}

/** What the body goes through: bounded by the disk's room as it comes and, where it comes compressed, as it is. */
function stepsFor(
  { headers }: HttpAnswer,
  { url, file }: SaveOptions,
  received: (chunk: Buffer) => void,
  written: (chunk: Buffer) => void,
): readonly Transform[] {
  const { bavail, bsize } = statfsSync(dirname(file));
  const room = bavail * bsize;
  const overrun = tooLarge(url, room);
  if (Number(headers['content-length']) > room) throw overrun;
  return headers['content-encoding'] === 'gzip'
    ? [bounded(room, overrun, received), createGunzip(), bounded(room, overrun, written)]
    : [bounded(room, overrun, received, written)];
}

/** Bytes: what comes in small pieces goes to the disk in large ones. */
const writtenAtOnce = 4 << 20;

/** Seconds since the epoch of an HTTP date; 0 where there is none. */
function secondsOf(date: string | undefined): number {
  const time = date === undefined ? Number.NaN : Date.parse(date);
  return Number.isFinite(time) ? Math.floor(time / 1000) : 0;
}

/** Passes on what comes, up to `room` bytes. */
function bounded(room: number, overrun: Error, ...onChunk: readonly ((chunk: Buffer) => void)[]): Transform {
  let left = room;
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback): void {
      left -= chunk.length;
      if (left >= 0) for (const take of onChunk) take(chunk);
      done(left < 0 ? overrun : null, chunk);
    },
  });
}
