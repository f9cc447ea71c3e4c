// Writes one file of a layer: a single pass of reading and writing, and no call that changes nothing.

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
  readFileSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { CaissonError, errnoOf, getXattr, listXattrs, setXattr } from '../../../core/index.ts';
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
  /** The same file in the step's previous layer, to be linked if it still is what it should be. */
  readonly previous: string;
  /** Whether users' extended attributes come along. */
  readonly userXattrs: boolean;
}

const buffer = Buffer.allocUnsafeSlow(1 << 20);
/** Without root there is one owner: the one who builds. */
const mayChown = process.geteuid?.() === 0;
/** Read from /proc: asking with umask(2) would change it for a moment, for all threads. */
const umask = Number.parseInt(
  /^Umask:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '777',
  8,
);

/** Writes `file`. Throws `CONTEXT_CHANGED` when the source is not what was hashed, `COPY_CONFLICT` where a directory stands in the way. */
export function writeFile(file: FileWrite): void {
  if (file.previous !== '' && linkPrevious(file)) return;
  const source = openSource(file);
  try {
    const target = createTarget(file.target, file.mode);
    try {
      copyBytes(source, target, file);
      applyAttributes(target, file);
    } finally {
      closeSync(target);
    }
  } finally {
    closeSync(source);
  }
}

/** Sets owner, mode and time of a file just created with `mode`. Changing the owner clears setuid: owner first. */
export function applyAttributes(fd: number, file: Pick<FileWrite, 'mode' | 'uid' | 'gid' | 'mtime'>): void {
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

/** Layers do not change once kept, so a file may be in two; whether it is the wanted one is looked at, not assumed. */
function linkPrevious(file: FileWrite): boolean {
  try {
    const stats = lstatSync(fsPath(file.previous));
    const same =
      stats.isFile() &&
      stats.size === file.size &&
      (stats.mode & 0o7777) === file.mode &&
      (!mayChown || (stats.uid === file.uid && stats.gid === file.gid)) &&
      Math.abs(stats.mtimeMs - file.mtime) < 0.01;
    if (!same) return false;
    linkSync(fsPath(file.previous), fsPath(file.target));
    return true;
  } catch {
    return false;
  }
}

function openSource({ source }: FileWrite): number {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(fsPath(source), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ELOOP') throw changed(source);
    throw error;
  }
}

function copyBytes(source: number, target: number, file: FileWrite): void {
  let total = 0;
  for (;;) {
    const count = readSync(source, buffer, 0, buffer.length, null);
    if (count === 0) break;
    for (let at = 0; at < count; ) at += writeSync(target, buffer, at, count - at);
    total += count;
    if (total === file.size && count < buffer.length) break;
  }
  // The key says what the layer holds: a file that changed after it was hashed must not slip in.
  const { mtimeMs, size } = fstatSync(source);
  if (total !== file.size || size !== file.size || Math.abs(mtimeMs - file.mtime) > 0.01)
    throw changed(file.source);
  if (file.userXattrs) copyUserXattrs(file.source, file.target);
}

function copyUserXattrs(source: string, target: string): void {
  const from = Buffer.from(source, 'latin1');
  for (const name of listXattrs(from)) {
    const value = name.startsWith('user.') ? getXattr(from, name) : undefined;
    if (value) setXattr(Buffer.from(target, 'latin1'), name, value);
  }
}

function changed(source: string): CaissonError {
  return new CaissonError(
    'CONTEXT_CHANGED',
    `The file "${fromBytePath(source)}" changed while it was copied`,
    {
      hint: 'Build again when nothing writes to it.',
    },
  );
}
