// Digests of uploads, taken while they are written; by reading the file where that was interrupted.

import { createHash, type Hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Digest } from '../../../../oci/index.ts';
import type { Algorithm } from '../../digests.ts';
import { readPieces } from './read.ts';

/** The state of hashing an upload: the digest of its first `size` bytes so far. */
export interface Progress {
  readonly hash: Hash;
  size: number;
  /** The bytes that `hash` has taken in: more than `size` when a write failed, and of no use then. */
  hashed: number;
}

/** States by upload. An upload whose state was dropped is read again: it costs time, nothing else. */
export interface Progresses {
  /** The state of an upload with `size` bytes in the file `path`. */
  take(id: string, path: string, size: number): Promise<Progress>;
  keep(id: string, progress: Progress): void;
  drop(id: string): void;
}

const mostKept = 10_000;

/** Keeps states in memory, the newest of them. */
export function openProgresses(): Progresses {
  const kept = new Map<string, Progress>();
  return {
    async take(id, path, size) {
      const known = kept.get(id);
      kept.delete(id);
      if (known?.size === size) return known;
      return { hash: await hashFile(path, 'sha256', size), size, hashed: size };
    },
    keep(id, progress) {
      const [oldest] = kept.keys();
      if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
      kept.set(id, progress);
    },
    drop: (id) => void kept.delete(id),
  };
}

/** The digest of the first `size` bytes of a file. */
export async function digestOf(path: string, algorithm: Algorithm, size: number): Promise<Digest> {
  return `${algorithm}:${(await hashFile(path, algorithm, size)).digest('hex')}`;
}

async function hashFile(path: string, algorithm: Algorithm, size: number): Promise<Hash> {
  const hash = createHash(algorithm);
  if (size === 0) return hash;
  const file = await open(path, 'r');
  try {
    for await (const piece of readPieces(file, 0, size)) hash.update(piece);
  } finally {
    await file.close();
  }
  return hash;
}
