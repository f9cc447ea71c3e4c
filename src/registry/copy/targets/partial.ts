// Where a target is written until it is whole: beside its place, locked by its writer, swept by the next one if that died.

import { closeSync, constants, fstatSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, flock, randomBytes } from '../../../core/index.ts';

/** A file or folder that is not whole yet; it is its writer's until `handle` is closed. */
export interface Partial {
  readonly path: string;
  readonly handle: FileHandle;
}

/** Makes a file in `folder` to become `name`; those that dead writers left are removed. */
export function partialFile(folder: string, name: string): Promise<Partial> {
  return claimed(folder, name, (path) => open(path, 'wx', 0o644));
}

/** Makes a folder in `folder` to become `name`; those that dead writers left are removed. */
export function partialFolder(folder: string, name: string): Promise<Partial> {
  return claimed(folder, name, async (path) => {
    await mkdir(path);
    try {
      return await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  });
}

async function claimed(
  folder: string,
  name: string,
  make: (path: string) => Promise<FileHandle | undefined>,
): Promise<Partial> {
  sweep(folder, name);
  for (;;) {
    const path = join(folder, `${name}.partial-${process.pid}-${randomBytes(4).toString('hex')}`);
    const handle = await make(path);
    // Until it is locked another writer may take it for one that was left.
    if (handle === undefined) continue;
    if (isLocked(handle.fd) && isAt(path, handle.fd)) return { path, handle };
    await handle.close();
    rmSync(path, { recursive: true, force: true });
  }
}

function sweep(folder: string, name: string): void {
  for (const entry of entriesOf(folder))
    if (entry.startsWith(name) && isPartial(entry.slice(name.length))) removeLeft(join(folder, entry));
}

/** Whether a file or folder in a folder that is to be filled is what is not whole yet. */
export function isPartial(name: string): boolean {
  return /^\.partial-\d+-[0-9a-f]{8}$/.test(name);
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Folders can be written to without being read.
    return [];
  }
}

/** What another user made, or somebody writes, stays; so does what cannot be removed. */
function removeLeft(path: string): void {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      const isOurs = stats.uid === process.getuid?.() && (stats.isFile() || stats.isDirectory());
      if (isOurs && flock(fd, 'exclusive', false)) rmSync(path, { recursive: true, force: true });
    } finally {
      closeSync(fd);
    }
  } catch {
    // It is in nobody's way.
  }
}

/** Where files cannot be locked nobody sweeps either. */
function isLocked(fd: number): boolean {
  try {
    return flock(fd, 'exclusive', false);
  } catch {
    return true;
  }
}

function isAt(path: string, fd: number): boolean {
  const [there, ours] = [statSync(path, { throwIfNoEntry: false }), fstatSync(fd)];
  return there?.ino === ours.ino && there.dev === ours.dev;
}
