// Writes one file of a layer: read once into memory, written from there, and no call that changes nothing.

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { CaissonError, currentUmask, errnoOf, getXattr, listXattrs, setXattr } from '../../../core/index.ts';
import { fromBytePath, fsPath } from '../../../oci/index.ts';

/** A file to write; paths are latin1 bytes, the time milliseconds since the epoch. */
export interface FileWrite {
  readonly source: string;
  readonly target: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  /** The same file in the step's previous layer, to be linked if it still is what it should be; '' where there is none. */
  readonly previous: string;
  /** Whether users' extended attributes come along. */
  readonly userXattrs: boolean;
}

/** What is true of this process while files are written. */
let writer = { mayChown: false, umask: 0o777 };

/** Notes who writes, and which bits of modes the kernel takes away: before files are written. Without root there is one owner: the one who builds. */
export function noteWriter(): void {
  writer = { mayChown: process.geteuid?.() === 0, umask: currentUmask() };
}

/**
 * Writes `file`, leaving its bytes in `content`, which has its size. Whether it has no extended attributes.
 * Throws `CONTEXT_CHANGED` when the source is not what was hashed, `COPY_CONFLICT` where a directory stands in the way.
 */
export function writeFile(file: FileWrite, content: Buffer): boolean {
  const linked = file.previous !== '' && linkPrevious(file);
  readContent(file, content);
  if (linked) return !file.userXattrs || listXattrs(Buffer.from(file.target, 'latin1')).length === 0;
  const target = createTarget(file.target, file.mode);
  try {
    writeAll(target, content);
    const plain = !file.userXattrs || !copyUserXattrs(file);
    applyAttributes(target, file);
    return plain;
  } finally {
    closeSync(target);
  }
}

/** Writes all of `bytes` at the position of `fd`. */
export function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
}

/** Sets owner, mode and time of a file just created with `mode`. Changing the owner clears setuid: owner first. */
export function applyAttributes(fd: number, file: Pick<FileWrite, 'mode' | 'uid' | 'gid' | 'mtime'>): void {
  const { mayChown, umask } = writer;
  const chowned = mayChown && (file.uid !== 0 || file.gid !== 0);
  if (chowned) fchownSync(fd, file.uid, file.gid);
  if (chowned || (file.mode & (0o7000 | umask)) !== 0) fchmodSync(fd, file.mode);
  futimesSync(fd, file.mtime / 1000, file.mtime / 1000);
}

/** Creates the file `target`, in place of one that an earlier source of the copy put there. */
export function createTarget(target: string, mode: number): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const path = fsPath(target);
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  try {
    return openSync(path, flags, mode & 0o777);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    unlinkSync(path);
    return openSync(path, flags, mode & 0o777);
  }
}

/** Links the file of the previous layer. Layers do not change once kept, so a file may be in two; whether it is the wanted one is looked at, not assumed. */
export function linkPrevious(file: FileWrite): boolean {
  try {
    const stats = lstatSync(fsPath(file.previous));
    const same =
      stats.isFile() &&
      stats.size === file.size &&
      (stats.mode & 0o7777) === file.mode &&
      (!writer.mayChown || (stats.uid === file.uid && stats.gid === file.gid)) &&
      Math.abs(stats.mtimeMs - file.mtime) < 0.01;
    if (!same) return false;
    linkSync(fsPath(file.previous), fsPath(file.target));
    return true;
  } catch {
    return false;
  }
}

/** The key says what the layer holds: a file that changed after it was hashed must not slip in. */
function readContent(file: FileWrite, content: Buffer): void {
  const source = openSource(file.source);
  try {
    if (readAt(source, content, 0) !== content.length || !isUnchanged(fstatSync(source), file))
      throw changed(file.source);
  } finally {
    closeSync(source);
  }
}

/** Whether a file is still the one that was hashed. */
export function isUnchanged(
  { size, mtimeMs }: { readonly size: number; readonly mtimeMs: number },
  file: Pick<FileWrite, 'size' | 'mtime'>,
): boolean {
  return size === file.size && Math.abs(mtimeMs - file.mtime) <= 0.01;
}

/** Opens a source for reading. Throws `CONTEXT_CHANGED` when it is gone. */
export function openSource(source: string): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(fsPath(source), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') throw changed(source);
    throw error;
  }
}

/** Fills `bytes` from `position` on; returns how many there were. */
export function readAt(fd: number, bytes: Buffer, position: number): number {
  let total = 0;
  while (total < bytes.length) {
    const count = readSync(fd, bytes, total, bytes.length - total, position + total);
    if (count === 0) break;
    total += count;
  }
  return total;
}

/** Copies the attributes that users set; whether there were any. */
export function copyUserXattrs({ source, target }: Pick<FileWrite, 'source' | 'target'>): boolean {
  const from = Buffer.from(source, 'latin1');
  const names = listXattrs(from).filter((name) => name.startsWith('user.'));
  for (const name of names) {
    const value = getXattr(from, name);
    if (value) setXattr(Buffer.from(target, 'latin1'), name, value);
  }
  return names.length > 0;
}

/** The error for a source that is no longer what was hashed. */
export function changed(source: string): CaissonError {
  return new CaissonError(
    'CONTEXT_CHANGED',
    `The file "${fromBytePath(source)}" changed while it was copied`,
    {
      hint: 'Build again when nothing writes to it.',
    },
  );
}
