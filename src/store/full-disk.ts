// A full disk, told so that it can be acted on.

import { statfsSync } from 'node:fs';
import { CaissonError, errnoOf, isCaissonError } from '../core/index.ts';

const remedy = 'Free space with `caisson prune`, or choose a root on another disk with --root.';

/** Where the database cannot be written though all room was made that could be: nothing recorded can go. */
const lastRemedy =
  'Not even a removal can be recorded: free space on that disk by other means, or remove all with `caisson system reset`.';

/** A failure that comes from want of space or of quota as `DISK_FULL`; of several the first, others as they are. */
export function explainFullDisk(failure: unknown, storeRoot: string): unknown {
  const error = firstOf(failure);
  if (isCaissonError(error, 'DISK_FULL') || !isFullDisk(error, storeRoot)) return error;
  return diskFull(storeRoot, error);
}

/** What went wrong before cleaning up failed too, as `using` tells it. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error;
}

/** The error of a disk without space for what was to be written in the store. */
export function diskFull(storeRoot: string, cause: unknown): CaissonError {
  return isOfDatabase(cause) ? noRoomToRemove(storeRoot, cause) : fullWith(remedy, storeRoot, cause);
}

/** The error of a disk without space even for taking things out of the store. */
export function noRoomToRemove(storeRoot: string, cause: unknown): CaissonError {
  return fullWith(lastRemedy, storeRoot, cause);
}

function fullWith(hint: string, storeRoot: string, cause: unknown): CaissonError {
  return new CaissonError('DISK_FULL', `No space is left on the disk of "${storeRoot}"`, { cause, hint });
}

/** Whether `error`, or what caused it, is a write for which there was no space. */
export function isFullDisk(error: unknown, storeRoot: string): boolean {
  if (!(error instanceof Error)) return false;
  const errno = errnoOf(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return true;
  const code = 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  if (code === sqlite.full) return true;
  if ((code === sqlite.ioError || code === sqlite.cannotOpen) && spaceOf(storeRoot).none) return true;
  return isFullDisk(error.cause, storeRoot);
}

/** Whether there may be too little space for the database's index in memory: the kernel ends a process that touches a page without a block. */
export function isSpaceScarce(storeRoot: string): boolean {
  const { bavail, bsize } = statfsSync(storeRoot);
  return bavail * bsize < 256 * 1024;
}

function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && ('errcode' in error || isOfDatabase(error.cause));
}

/** SQLite's primary result codes; that of a full disk may come as one of the other two. */
const sqlite = { ioError: 10, full: 13, cannotOpen: 14 } as const;

/** What a step's failure may come from: there is no space left, or hardly any and its output complains. */
export function fullDiskHint(storeRoot: string, output: string): string | undefined {
  const { none, little } = spaceOf(storeRoot);
  const complains = /no space left on device|disk quota exceeded/i.test(output);
  return none || (little && complains) ? `The disk of "${storeRoot}" is full. ${remedy}` : undefined;
}

/** The reserve may have been given up since there was no space. */
const aboveReserve = 2 * 1024 * 1024;

function spaceOf(folder: string): { readonly none: boolean; readonly little: boolean } {
  const { bavail, blocks, bsize, files, ffree } = statfsSync(folder);
  const none = bavail < blocks / 10_000 || (files > 0 && ffree === 0);
  return { none, little: none || bavail < blocks / 20 || bavail * bsize < aboveReserve };
}
