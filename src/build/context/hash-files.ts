// Hashes many files on worker threads, few in place.

import { availableParallelism } from 'node:os';
import type { WorkerPool } from '../../core/index.ts';
import type { HashJob, HashResult } from './hash-batch.ts';
import { type HashedFile, hashFile } from './hash-file.ts';

/** Files to be hashed, asked for one by one: a list of a million would take more memory than hashing them. */
export interface FileList {
  readonly count: number;
  /** Their numbers, `count` of them. */
  readonly rows: Iterable<number>;
  path(row: number): string;
  /** Decides how the work is shared out. */
  size(row: number): number;
}

/** Below both, starting threads costs more than it saves. */
const fewFiles = 200;
const fewBytes = 4 << 20;
const jobFiles = 512;
const jobBytes = 32 << 20;

/** Hashes `files` on `threads`, which carry out jobs with {@link hashBatch}, and hands each result to `take` with the file's number. Throws `CONTEXT_CHANGED` and system errors. */
export async function hashFiles(
  files: FileList,
  take: (row: number, hashed: HashedFile) => void,
  threads: WorkerPool<HashJob, HashResult>,
  signal?: AbortSignal,
): Promise<void> {
  const shared = batches(files);
  const first = shared.next().value ?? [];
  if (files.count <= Math.min(fewFiles, first.length) && bytesOf(files, first) <= fewBytes) {
    for (const row of first) take(row, hashFile(files.path(row)));
    return;
  }
  const lane = async (batch: readonly number[] | undefined): Promise<void> => {
    for (let rows = batch; rows; rows = shared.next().value) {
      const paths = rows.map((row) => files.path(row)).join('\0');
      const result = await threads.run({ kind: 'hash', paths }, signal === undefined ? {} : { signal });
      for (const [at, row] of rows.entries()) take(row, hashedAt(result, at));
    }
  };
  // One more batch a thread than it works on, so that none waits.
  const lanes = Array.from({ length: availableParallelism() * 2 - 1 }, () => shared.next().value);
  await allEnded([first, ...lanes].map(lane), () => shared.return(undefined));
}

/** Waits for all, after a failure too: nobody takes results any more when this settles. */
async function allEnded(lanes: readonly Promise<void>[], stop: () => void): Promise<void> {
  for (const lane of lanes) lane.catch(stop);
  for (const lane of await Promise.allSettled(lanes)) if (lane.status === 'rejected') throw lane.reason;
}

function bytesOf(files: FileList, rows: readonly number[]): number {
  return rows.reduce((sum, row) => sum + files.size(row), 0);
}

/** Numbers of files that one thread hashes at a stretch. */
function* batches(files: FileList): Generator<readonly number[], undefined> {
  let rows: number[] = [];
  let bytes = 0;
  for (const row of files.rows) {
    bytes += files.size(row);
    if (rows.length >= jobFiles || (rows.length > 0 && bytes > jobBytes)) {
      yield rows;
      rows = [];
      bytes = files.size(row);
    }
    rows.push(row);
  }
  if (rows.length > 0) yield rows;
}

function hashedAt({ digests, identities }: HashResult, at: number): HashedFile {
  const [device = 0, inode = 0, size = 0, mtime = 0, ctime = 0] = identities.subarray(at * 5, at * 5 + 5);
  return { device, inode, size, mtime, ctime, digest: Buffer.from(digests.buffer, at * 32, 32) };
}
