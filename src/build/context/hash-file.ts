// Hashes one file, with what `fstat` said of it, so that the digest is known to belong to exactly that state.

import { createHash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { CaissonError, errnoOf } from '../../core/index.ts';
import { fromBytePath, fsPath } from '../../oci/index.ts';
import type { FileIdentity } from './types.ts';

/** A digest (32 bytes) and the state of the file it was taken of. */
export interface HashedFile extends FileIdentity {
  readonly digest: Buffer;
}

const buffer = Buffer.allocUnsafeSlow(1 << 20);

/** Hashes the regular file at `path` (latin1 bytes). Throws `CONTEXT_CHANGED` when it changes meanwhile. */
export function hashFile(path: string): HashedFile {
  const fd = openFile(path);
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = fstatSync(fd);
    const digest = size < buffer.length ? hashSmall(fd, size, path) : hashLarge(fd, size, path);
    return { device: dev, inode: ino, size, mtime: mtimeMs, ctime: ctimeMs, digest };
  } finally {
    closeSync(fd);
  }
}

/** The file was there when it was listed; what is there now may be a link or nothing. */
function openFile(path: string): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(fsPath(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    throw ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '') ? changed(path) : error;
  }
}

function hashSmall(fd: number, size: number, path: string): Buffer {
  const count = readSync(fd, buffer, 0, size + 1, null);
  if (count !== size) throw changed(path);
  return hash('sha256', buffer.subarray(0, count), 'buffer');
}

function hashLarge(fd: number, size: number, path: string): Buffer {
  const sum = createHash('sha256');
  let total = 0;
  for (;;) {
    const count = readSync(fd, buffer, 0, buffer.length, null);
    if (count === 0) break;
    total += count;
    sum.update(buffer.subarray(0, count));
  }
  if (total !== size) throw changed(path);
  return sum.digest();
}

function changed(path: string): CaissonError {
  return new CaissonError('CONTEXT_CHANGED', `The file "${fromBytePath(path)}" changed while it was read`, {
    hint: 'Build again when nothing writes to the context.',
  });
}
