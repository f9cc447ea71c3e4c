// Hashes many files on worker threads, few in place.

import { availableParallelism } from 'node:os';
import type { WorkerPool } from '../../core/index.ts';
import type { HashJob, HashResult } from './hash-batch.ts';
import { type HashedFile, hashFile } from './hash-file.ts';

/** Files to be hashed, asked for one by one: a list of a million would take more memory than hashing them. */
export interface FileList {
  readonly count: number;
  path(at: number): string;
  /** Decides how the work is shared out. */
  size(at: number): number;
}

/** Below both, starting threads costs more than it saves. */
const fewFiles = 200;
const fewBytes = 4 << 20;
const jobFiles = 512;
const jobBytes = 32 << 20;

/** Hashes `files` on `threads`, which carry out jobs with {@link hashBatch}, and hands each result to `take` with the file's index. Throws `CONTEXT_CHANGED` and system errors. */
export async function hashFiles(
  files: FileList,
  take: (index: number, hashed: HashedFile) => void,
  threads: WorkerPool<HashJob, HashResult>,
  signal?: AbortSignal,
): Promise<void> {
  if (isLittle(files)) {
    for (let at = 0; at < files.count; at++) take(at, hashFile(files.path(at)));
    return;
  }
  const shared = batches(files);
  const lane = async (): Promise<void> => {
    for (const { start, end } of shared) {
      const paths = Array.from({ length: end - start }, (_, at) => files.path(start + at)).join('\0');
      const result = await threads.run({ kind: 'hash', paths }, signal === undefined ? {} : { signal });
      for (let at = start; at < end; at++) take(at, hashedAt(result, at - start));
    }
  };
  // One more batch a thread than it works on, so that none waits.
  await Promise.all(Array.from({ length: availableParallelism() * 2 }, lane));
}

function isLittle(files: FileList): boolean {
  if (files.count > fewFiles) return false;
  let bytes = 0;
  for (let at = 0; at < files.count; at++) bytes += files.size(at);
  return bytes <= fewBytes;
}

function* batches(files: FileList): Generator<{ readonly start: number; readonly end: number }> {
  let [start, bytes] = [0, 0];
  for (let at = 0; at < files.count; at++) {
    bytes += files.size(at);
    const full = at - start >= jobFiles || (at > start && bytes > jobBytes);
    if (!full) continue;
    yield { start, end: at };
    [start, bytes] = [at, files.size(at)];
  }
  if (start < files.count) yield { start, end: files.count };
}

function hashedAt({ digests, identities }: HashResult, at: number): HashedFile {
  const [device = 0, inode = 0, size = 0, mtime = 0, ctime = 0] = identities.subarray(at * 5, at * 5 + 5);
  return { device, inode, size, mtime, ctime, digest: Buffer.from(digests.buffer, at * 32, 32) };
}
