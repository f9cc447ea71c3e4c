// Checks blobs: every one is hashed again.

import { errnoOf } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { listBlobs, moveToTrash } from '../collect/index.ts';
import { blobPath, hasDigest } from '../content/index.ts';
import type { CheckParts } from './parts.ts';
import type { Problem } from './types.ts';

/** Finds blobs whose content is not what their name says, and files that are no blobs. */
export async function checkBlobs({ paths }: CheckParts, signal?: AbortSignal): Promise<readonly Problem[]> {
  const { digests, strangers } = listBlobs(paths.root);
  const problems: Problem[] = strangers.map((path) => ({
    code: 'BLOB_STRAY',
    severity: 'warning',
    message: `"${path}" is not a blob`,
    remedy: 'The file is deleted.',
    repair: () => void moveToTrash(paths.trash, path),
  }));
  for (const digest of digests) {
    signal?.throwIfAborted();
    const path = blobPath(paths.root, digest);
    if (await isIntact(path, digest)) continue;
    problems.push({
      code: 'BLOB_CORRUPT',
      severity: 'error',
      message: `Blob "${digest}" has other content than its digest says`,
      remedy: 'The blob is deleted, and with it the images that cannot do without it.',
      repair: () => void moveToTrash(paths.trash, path),
    });
  }
  return problems;
}

/** A blob collected meanwhile is no problem. */
async function isIntact(path: string, digest: Digest): Promise<boolean> {
  try {
    return await hasDigest(path, digest);
  } catch (error) {
    return errnoOf(error) === 'ENOENT';
  }
}
