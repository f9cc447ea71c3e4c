// Saving images as a docker-archive or an OCI image layout, into a tar or a folder.

import type { Writable } from 'node:stream';
import { planArchive } from './members.ts';
import type { ArchiveParts } from './parts.ts';
import type { ArchiveFormat, SavedImage } from './types.ts';
import { writeArchive } from './write.ts';

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
  await writeArchive(members, target, format.endsWith('dir') ? 'folder' : 'tar');
}
