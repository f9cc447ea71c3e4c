// Writes many files on worker threads, few in place; at most a bounded number waits.

import { availableParallelism } from 'node:os';
import { type WorkerPool, workerPool, workerUrl } from '../../../core/index.ts';
import { type FileWrite, writeFile } from './write-file.ts';

/** Takes files one by one; {@link FileWriter.finish} waits until all are written. */
export interface FileWriter {
  /** Resolves when the writer takes more. */
  add(file: FileWrite): Promise<void> | undefined;
  finish(): Promise<void>;
}

const batchFiles = 256;
const batchBytes = 16 << 20;
/** The first files of a copy wait for company; when none comes, starting threads was not worth it. */
const fewFiles = 128;
const fewBytes = 8 << 20;

let pool: WorkerPool<readonly FileWrite[], undefined> | undefined;

/** A writer; abandoned when `signal` aborts. */
export function fileWriter(signal: AbortSignal | undefined): FileWriter {
  const threads = availableParallelism();
  const running = new Set<Promise<void>>();
  let batch: FileWrite[] = [];
  let bytes = 0;
  let sent = false;
  let failure: { readonly error: unknown } | undefined;

  const send = (): void => {
    pool ??= workerPool(workerUrl('write', import.meta.url));
    const job = pool.run(batch, signal === undefined ? {} : { signal }).then(
      () => {
        running.delete(job);
      },
      (error: unknown) => {
        running.delete(job);
        failure ??= { error };
      },
    );
    running.add(job);
    sent = true;
    batch = [];
    bytes = 0;
  };
  const check = (): void => {
    if (failure) throw failure.error;
    signal?.throwIfAborted();
  };
  return {
    add(file) {
      check();
      batch.push(file);
      bytes += file.size;
      if (batch.length < batchFiles && bytes < batchBytes) return undefined;
      send();
      return running.size < threads * 3 ? undefined : Promise.race(running);
    },
    async finish() {
      check();
      if (!sent && batch.length <= fewFiles && bytes <= fewBytes) for (const file of batch) writeFile(file);
      else if (batch.length > 0) send();
      batch = [];
      bytes = 0;
      // Every thread must have ended before the draft can be thrown away.
      while (running.size > 0) await Promise.race(running);
      check();
    },
  };
}
