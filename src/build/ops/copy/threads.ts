// The threads of copies: the same ones hash and write, since a copy does one after the other and each thread takes memory.

import { type WorkerPool, workerPool, workerUrl } from '../../../core/index.ts';
import type { HashJob, HashResult } from '../../context/index.ts';
import type { BatchJob, Written } from './write-batch.ts';
import type { PieceJob } from './write-piece.ts';

/** A job of writing. */
export type WriteJob = BatchJob | PieceJob;

/** A job of a copy's threads. */
export type CopyJob = HashJob | WriteJob;

type CopyThreads = WorkerPool<HashJob, HashResult> & WorkerPool<WriteJob, Written>;

let threads: CopyThreads | undefined;

/** The threads, started when they get work. */
export function copyThreads(): CopyThreads {
  threads ??= workerPool(workerUrl('copy', import.meta.url)) as CopyThreads;
  return threads;
}
