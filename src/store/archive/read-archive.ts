// Opening an archive to read its files where they lie.

import { statSync } from 'node:fs';
import { CaissonError } from '../../core/index.ts';
import type { ArchiveReader } from './reader.ts';
import { readFolder } from './reader-folder.ts';
import { readTar } from './reader-tar.ts';

/**
 * Opens the archive at `path`: a folder or a tar; a compressed one is decompressed into the file `temporary`, which is gone
 * again when this resolves. Throws `ARCHIVE_NOT_FOUND`, `ARCHIVE_INVALID`, `ARCHIVE_UNSAFE`, `ARCHIVE_TOO_LARGE`.
 */
export async function readArchive(
  path: string,
  temporary: string,
  signal?: AbortSignal,
): Promise<ArchiveReader> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats) return stats.isDirectory() ? readFolder(path) : await readTar(path, stats, temporary, signal);
  throw new CaissonError('ARCHIVE_NOT_FOUND', `"${path}" does not exist`, {
    hint: 'Give the path of an image archive: a tar file, or an image layout folder.',
  });
}
