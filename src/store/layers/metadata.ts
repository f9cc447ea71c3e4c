// Owner, mode, attributes and time of unpacked entries, set in the order in which the kernel keeps them.

import { chmodSync, fchmodSync, fchownSync, futimesSync, lchownSync, lutimesSync } from 'node:fs';
import { errnoOf, type RawPath, setTimes, setXattr } from '../../core/index.ts';
import type { TarEntry } from '../../oci/index.ts';
import { isKeptXattr } from './overlay.ts';

/**
 * Applies `entry` to a file that was created with its permission bits under `umask` and is open for writing. Changing the owner clears
 * setuid and capabilities: owner first.
 */
export function applyToOpenFile(fd: number, path: RawPath, entry: TarEntry, umask: number): void {
  if (!ownedByUs(entry)) owned(() => fchownSync(fd, entry.uid, entry.gid));
  if (!createdWithMode(entry.mode, umask)) fchmodSync(fd, entry.mode);
  applyXattrs(path, entry);
  if (needsPreciseTime(entry)) setTimes(path, preciseTime(entry));
  else futimesSync(fd, entry.mtime, entry.mtime);
}

/** Applies `entry` to anything by its path; links are not followed. */
export function applyToPath(path: RawPath, entry: TarEntry): void {
  if (!ownedByUs(entry)) owned(() => lchownSync(path, entry.uid, entry.gid));
  if (entry.type !== 'symlink') chmodSync(path, entry.mode);
  applyXattrs(path, entry);
  if (needsPreciseTime(entry)) setTimes(path, preciseTime(entry));
  else lutimesSync(path, entry.mtime, entry.mtime);
}

/** The owner of what this process makes. */
export function currentOwner(): Pick<TarEntry, 'uid' | 'gid'> {
  return { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
}

/** Whether the mode given at creation is already the whole mode. */
function createdWithMode(mode: number, umask: number): boolean {
  return (mode & ~0o777) === 0 && (mode & umask) === 0;
}

function ownedByUs(entry: TarEntry): boolean {
  const us = currentOwner();
  return entry.uid === us.uid && entry.gid === us.gid;
}

/** Without root there is one owner: the one who unpacks. */
function owned(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (currentOwner().uid === 0 || errnoOf(error) !== 'EPERM') throw error;
  }
}

/** Node rounds fractions and takes a negative time for the current one. */
function needsPreciseTime({ mtime, nanoseconds }: TarEntry): boolean {
  return mtime < 0 || Boolean(nanoseconds);
}

function preciseTime({ mtime, nanoseconds = 0 }: TarEntry): bigint {
  return BigInt(mtime) * 1_000_000_000n + BigInt(nanoseconds);
}

/** As containerd: attributes that the file system or the entry's type has no room for are left out. */
function applyXattrs(path: RawPath, { xattrs }: TarEntry): void {
  for (const [name, value] of xattrs ?? []) {
    if (!isKeptXattr(name)) continue;
    try {
      setXattr(path, name, value);
    } catch (error) {
      const code = errnoOf(error) ?? '';
      const optional = name.startsWith('user.') || currentOwner().uid !== 0;
      if (code !== 'ENOTSUP' && !(optional && code === 'EPERM')) throw error;
    }
  }
}
