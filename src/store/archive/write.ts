// Writing the files of an archive: a tar or a folder whose place appears only when all of it was written.

import { createWriteStream, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import type { ArchiveMember } from './members.ts';
import { writeFolder } from './write-folder.ts';
import { writeLayoutFolder } from './write-layout.ts';
import { writeTar } from './write-tar.ts';

/** What an archive is written as; `layout`: a folder that may hold other images already. */
export type ArchiveForm = 'tar' | 'folder' | 'layout';

/** Writes the members to a path or, as tar, to a stream. Throws `TARGET_EXISTS`, `FORMAT_UNFIT`, `BLOB_CORRUPT`. */
export async function writeArchive(
  members: readonly ArchiveMember[],
  target: string | Writable,
  form: ArchiveForm,
): Promise<void> {
  if (form === 'folder') return writeFolder(members, pathOf(target));
  if (form === 'layout') return writeLayoutFolder(members, pathOf(target));
  if (typeof target !== 'string') return writeTar(members, target);
  await writeTarFile(members, target);
}

function pathOf(target: string | Writable): string {
  if (typeof target === 'string') return target;
  throw new CaissonError('FORMAT_UNFIT', 'A folder cannot be written to a stream', {
    hint: 'Name a folder, or choose a form that is a tar.',
  });
}

/** A file that is no regular one (a pipe, `/dev/null`) is written in place. */
async function writeTarFile(members: readonly ArchiveMember[], target: string): Promise<void> {
  if (isSpecial(target)) return writeTar(members, createWriteStream(target));
  const partial = `${target}.partial-${process.pid}`;
  try {
    await writeTar(members, createWriteStream(partial, { flags: 'wx' }));
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function isSpecial(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile() && !stats.isDirectory();
}
