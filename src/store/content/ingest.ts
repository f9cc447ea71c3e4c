// Receiving bytes of unknown honesty into a file: hashed while written, bounded, verified, synced.

import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { parseDigest } from './digest-path.ts';

/** A received file and what it holds. */
export interface ReceivedFile {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
}

/** What the bytes should be; `limit` bounds those of unknown size. */
export interface Expected {
  readonly digest?: Digest;
  readonly size?: number;
  readonly limit?: number;
}

/** Writes `source` to the new file `path`; nothing is left when it fails. Throws `DIGEST_MISMATCH`, `SIZE_MISMATCH`. */
export async function ingestStream(
  source: Readable,
  path: string,
  expected: Expected = {},
): Promise<ReceivedFile> {
  const algorithm = expected.digest === undefined ? 'sha256' : parseDigest(expected.digest).algorithm;
  const file = await open(path, 'wx', 0o644);
  try {
    const hash = createHash(algorithm);
    const size = await receive(source, file, hash, expected);
    const digest = `${algorithm}:${hash.digest('hex')}`;
    verify(digest, size, expected);
    await file.sync();
    return { path, digest, size };
  } catch (error) {
    source.destroy();
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** Stops at the first byte too many: a lying source cannot fill the disk. */
async function receive(source: Readable, file: FileHandle, hash: Hash, expected: Expected): Promise<number> {
  const limit = expected.size ?? expected.limit ?? Number.POSITIVE_INFINITY;
  let size = 0;
  for await (const piece of source) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece) : (piece as Buffer);
    size += chunk.length;
    if (size > limit) throw sizeMismatch(`more than ${limit}`, limit);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  return size;
}

function verify(digest: Digest, size: number, expected: Expected): void {
  if (expected.size !== undefined && size !== expected.size) throw sizeMismatch(size, expected.size);
  if (expected.digest !== undefined && digest !== expected.digest)
    throw digestMismatch(digest, expected.digest);
}

/** The error for content with another digest than it should have. */
export function digestMismatch(actual: Digest, expected: Digest): CaissonError {
  return new CaissonError('DIGEST_MISMATCH', `Expected content with digest "${expected}", got "${actual}"`, {
    hint: 'The content was damaged or changed on its way; fetch it again.',
  });
}

/** The error for content that is longer or shorter than it should be. */
export function sizeMismatch(actual: number | string, expected: number): CaissonError {
  return new CaissonError('SIZE_MISMATCH', `Expected ${expected} bytes, got ${actual}`, {
    hint: 'The content was cut short or changed on its way; fetch it again.',
  });
}
