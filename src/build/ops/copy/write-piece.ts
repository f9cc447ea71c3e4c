// A piece of a large file, written on a worker thread past the page cache: that is what the disk takes fastest, and pieces of one file
// are written side by side.

import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs';
import { errnoOf } from '../../../core/index.ts';
import { fsPath, padding } from '../../../oci/index.ts';
import type { Written } from './write-batch.ts';
import { changed, createTarget, openSource, readAt } from './write-file.ts';

/** A piece: `length` bytes from `start` on. */
export interface PieceJob {
  readonly kind: 'piece';
  /** Page-aligned room for the piece and what pads it to a block. */
  readonly memory: SharedArrayBuffer;
  readonly source: string;
  /** The file made by {@link createLarge}; '' where the piece is only to be read. */
  readonly target: string;
  readonly start: number;
  readonly length: number;
}

/** What direct writing needs of positions and lengths, on any disk. */
const alignment = 4096;

/** Makes the file whose pieces are written: with its full size, so that no piece waits for another. */
export function createLarge(target: string, mode: number, size: number): void {
  const fd = createTarget(target, mode);
  try {
    ftruncateSync(fd, size);
  } finally {
    closeSync(fd);
  }
}

/** Writes a piece, leaving it in memory. Throws `CONTEXT_CHANGED` when the source has grown shorter. */
export function writePiece({ memory, source, target, start, length }: PieceJob): Written {
  const all = Buffer.from(memory);
  const bytes = all.subarray(0, length);
  const from = openSource(source);
  try {
    if (readAt(from, bytes, start) !== length) throw changed(source);
  } finally {
    closeSync(from);
  }
  if (target !== '') writeDirect(target, bytes, start);
  const filled = length + padding(length);
  all.fill(0, length, filled);
  return { filled, plain: true };
}

/** What is not a multiple of a block at the end, and file systems that know no direct writing, go through the page cache. */
function writeDirect(target: string, bytes: Buffer, start: number): void {
  const direct = bytes.length - (bytes.length % alignment);
  const written = direct > 0 && attemptDirect(target, bytes.subarray(0, direct), start) ? direct : 0;
  if (written < bytes.length) writeThrough(target, bytes.subarray(written), start + written, 0);
}

function attemptDirect(target: string, bytes: Buffer, start: number): boolean {
  try {
    writeThrough(target, bytes, start, constants.O_DIRECT);
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EINVAL' && errnoOf(error) !== 'ENOTSUP') throw error;
    return false;
  }
}

function writeThrough(target: string, bytes: Buffer, start: number, flag: number): void {
  const { O_WRONLY, O_NOFOLLOW } = constants;
  const fd = openSync(fsPath(target), O_WRONLY | O_NOFOLLOW | flag);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at, start + at);
  } finally {
    closeSync(fd);
  }
}
