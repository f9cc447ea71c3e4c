// A full disk, told so that it can be acted on.

import { statfsSync } from 'node:fs';
import { CaissonError, errnoOf } from '../../core/index.ts';

const remedy = 'Free space with `caisson prune`, or choose a root on another disk with --root.';

/** A write that failed for want of space or of quota as `DISK_FULL`; other errors pass as they are. */
export function explainFullDisk(error: unknown, storeRoot: string): unknown {
  if (error instanceof CaissonError || !isFullDisk(error)) return error;
  return new CaissonError('DISK_FULL', `No space is left on the disk of "${storeRoot}"`, {
    cause: error,
    hint: remedy,
  });
}

/** What a step's failure may come from, when the disk has no room left. */
export function fullDiskHint(storeRoot: string): string | undefined {
  const { bavail, blocks, files, ffree } = statfsSync(storeRoot);
  const full = bavail < blocks / 10_000 || (files > 0 && ffree === 0);
  return full ? `The disk of "${storeRoot}" is full. ${remedy}` : undefined;
}

/** SQLite says it with its own code, SQLITE_FULL. */
function isFullDisk(error: unknown): boolean {
  const errno = errnoOf(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return true;
  return error instanceof Error && 'errcode' in error && error.errcode === 13;
}
