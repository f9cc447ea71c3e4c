// Who writes to an upload holds a lock on its file, so that a sweep, here or in another process, leaves it alone.

import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf, flock } from '../../../../core/index.ts';

/** Runs `work` while the upload's file `path` is locked; a file that is gone is left to `work` to miss. */
export async function whileWriting<T>(path: string, work: () => Promise<T>): Promise<T> {
  const file = await opened(path);
  try {
    // A sweep that was faster holds it while it deletes the file; `work` looks for it afterwards.
    while (file && !flock(file.fd, 'exclusive', false)) await delay(2);
    return await work();
  } finally {
    await file?.close();
  }
}

/** Runs `work` unless somebody writes to the upload's file `path`, and keeps writers waiting meanwhile; undefined when it did not run. */
export async function unlessWriting<T>(path: string, work: () => Promise<T>): Promise<T | undefined> {
  const file = await opened(path);
  if (!file) return undefined;
  try {
    return flock(file.fd, 'exclusive', false) ? await work() : undefined;
  } finally {
    await file.close();
  }
}

async function opened(path: string): Promise<FileHandle | undefined> {
  try {
    // Network file systems lock for one alone only what can be written.
    return await open(path, 'r+');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
