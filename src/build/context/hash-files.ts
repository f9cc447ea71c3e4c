// Hashes many files on worker threads, few in place.

import { type WorkerPool, workerPool, workerUrl } from '../../core/index.ts';
import { type HashedFile, hashFile } from './hash-file.ts';

/** Paths (latin1 bytes) that one thread hashes at a stretch. */
export interface HashJob {
  readonly paths: readonly string[];
}

/** Digests (32 bytes each) and states (device, inode, size, mtime, ctime) in the order of the job's paths. */
export interface HashResult {
  readonly digests: Uint8Array;
  readonly identities: Float64Array;
}

/** A file to be hashed; `size` decides how the work is shared out. */
export interface HashRequest {
  readonly path: string;
  readonly size: number;
}

/** Below both, starting threads costs more than it saves. */
const fewFiles = 200;
const fewBytes = 4 << 20;
const jobFiles = 512;
const jobBytes = 32 << 20;

let pool: WorkerPool<HashJob, HashResult> | undefined;

/** Hashes `files` and hands each result to `take` with the file's index. Throws `CONTEXT_CHANGED` and system errors. */
export async function hashFiles(
  files: readonly HashRequest[],
  take: (index: number, hashed: HashedFile) => void,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (files.length <= fewFiles && bytes <= fewBytes) {
    for (const [index, file] of files.entries()) take(index, hashFile(file.path));
    return;
  }
  pool ??= workerPool(workerUrl('hash', import.meta.url));
  const threads = pool;
  await Promise.all(
    batches(files).map(async ({ start, paths }) => {
      const result = await threads.run({ paths }, signal === undefined ? {} : { signal });
      for (let at = 0; at < paths.length; at++) take(start + at, hashedAt(result, at));
    }),
  );
}

function batches(
  files: readonly HashRequest[],
): readonly { readonly start: number; readonly paths: readonly string[] }[] {
  const result: { start: number; paths: string[] }[] = [];
  let bytes = 0;
  files.forEach((file, index) => {
    const last = result.at(-1);
    if (last === undefined || last.paths.length >= jobFiles || bytes + file.size > jobBytes) {
      result.push({ start: index, paths: [file.path] });
      bytes = file.size;
    } else {
      last.paths.push(file.path);
      bytes += file.size;
    }
  });
  return result;
}

function hashedAt({ digests, identities }: HashResult, at: number): HashedFile {
  const [device = 0, inode = 0, size = 0, mtime = 0, ctime = 0] = identities.subarray(at * 5, at * 5 + 5);
  return { device, inode, size, mtime, ctime, digest: Buffer.from(digests.buffer, at * 32, 32) };
}
