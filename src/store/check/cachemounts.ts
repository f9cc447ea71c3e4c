// Checks cache mounts: folders that nothing can be read of.

import { join } from 'node:path';
import { folderNames, readRecord } from '../cachemounts/index.ts';
import { moveToTrash } from '../collect/index.ts';
import type { CheckParts } from './parts.ts';
import type { Problem } from './types.ts';

/** Finds folders of cache mounts that are not whole. */
export function checkCacheMounts({ paths }: CheckParts): readonly Problem[] {
  return folderNames(paths.cacheMounts)
    .filter((name) => readRecord(paths.cacheMounts, name) === undefined)
    .map((name) => ({
      code: 'CACHE_MOUNT_BROKEN',
      severity: 'warning',
      message: `The cache mount "${join(paths.cacheMounts, name)}" is not whole`,
      remedy: 'It is deleted: steps begin with an empty one.',
      repair: () => void moveToTrash(paths.trash, join(paths.cacheMounts, name)),
    }));
}
