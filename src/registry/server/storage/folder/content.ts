// The pool: content that is kept once, whatever repositories know it.

import { open, rm, stat } from 'node:fs/promises';
import { errnoOf } from '../../../../core/index.ts';
import type { Digest } from '../../../../oci/index.ts';
import type { FolderContext } from './context.ts';

/**
 * Makes a file that was hashed the content of `digest`, unless that is there already; the file is gone then. The content's row comes
 * first: from then on a sweep leaves it, whether it was there or is placed now.
 */
export async function keepFile(
  context: FolderContext,
  path: string,
  digest: Digest,
  size: number,
): Promise<void> {
  touchContent(context, digest, size);
  if (await isThere(context.places.content(digest), size)) {
    await rm(path, { force: true });
    await context.placed(digest);
    return;
  }
  const file = await open(path, 'r');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
  await context.place(path, digest);
}

/** Enters content, or renews its lease. */
export function touchContent({ database }: FolderContext, digest: Digest, size: number): void {
  database.run(
    `INSERT INTO content (digest, size, touched) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET touched = excluded.touched`,
    digest,
    size,
    Date.now(),
  );
}

/** Whether a file of that size is there. */
export async function isThere(path: string, size: number): Promise<boolean> {
  try {
    return (await stat(path)).size === size;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
