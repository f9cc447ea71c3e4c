// Saving images as a docker-archive or an OCI image layout, into a tar or a folder.

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import { type ArchiveMember, planArchive } from './members.ts';
import type { ArchiveParts } from './parts.ts';
import type { ArchiveFormat, SavedImage } from './types.ts';
import { writeFolder } from './write-folder.ts';
import { writeTar } from './write-tar.ts';

/**
 * Writes images to a path or, as tar, to a stream. A path appears only when all of it was written.
 * Throws `BLOB_NOT_FOUND`, `TARGET_EXISTS`, `FORMAT_UNFIT`.
 */
export async function saveImages(
  parts: Pick<ArchiveParts, 'content' | 'layers' | 'holds'>,
  images: readonly SavedImage[],
  target: string | Writable,
  format: ArchiveFormat,
): Promise<void> {
  using lease = parts.holds.lease();
  lease.hold(images.flatMap(({ image }) => image.layers));
  const members = await planArchive(parts, images, format.startsWith('docker'));
  if (format.endsWith('dir')) return await writeFolder(members, folderOf(target, format));
  if (typeof target !== 'string') return await writeTar(members, target);
  await writeTarFile(members, target);
}

function folderOf(target: string | Writable, format: ArchiveFormat): string {
  if (typeof target === 'string') return target;
  throw new CaissonError('FORMAT_UNFIT', `The format "${format}" needs a folder, not a stream`, {
    hint: 'Name a folder with --output, or choose docker-archive or oci-archive.',
  });
}

async function writeTarFile(members: readonly ArchiveMember[], target: string): Promise<void> {
  const partial = `${target}.partial-${process.pid}`;
  try {
    await writeTar(members, createWriteStream(partial, { flags: 'wx' }));
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
