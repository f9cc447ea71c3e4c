// Giving the disk what was written while more comes: the sync at the end has little left to do.

import type { FileHandle } from 'node:fs/promises';

const syncEvery = 32 * 1024 * 1024;

/** Syncs of a file that go on beside its writing. */
export interface SyncBehind {
  /** Counts bytes that were written; begins a sync when there are enough of them. */
  note(bytes: number): void;
  /** Resolves when none runs. Rejects when one failed: the kernel tells that once, and the sync at the end would know nothing of it. */
  ended(): Promise<void> | undefined;
}

/** Begins with nothing written. */
export function syncBehind(file: FileHandle): SyncBehind {
  let unsynced = 0;
  let running: Promise<void> | undefined;
  const sync = async (): Promise<void> => {
    await file.datasync();
    running = undefined;
  };
  return {
    note(bytes) {
      unsynced += bytes;
      if (running || unsynced < syncEvery) return;
      unsynced = 0;
      running = sync();
      running.catch(() => undefined);
    },
    ended: () => running,
  };
}
