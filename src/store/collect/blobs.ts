// The blobs that lie in the layout, and deleting those that nothing points to.

import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { blobPath } from '../content/index.ts';
import type { Database } from '../database/index.ts';
import type { StorePaths } from '../root.ts';
import { heldBlobs, recordedBlobs } from './references.ts';
import { moveToTrash } from './trash.ts';

/** Digests of all blobs; names in the folders that are no digests are given in `strangers`. */
export function listBlobs(root: string): {
  readonly digests: readonly Digest[];
  readonly strangers: readonly string[];
} {
  const digests: Digest[] = [];
  const strangers: string[] = [];
  for (const [algorithm, form] of [
    ['sha256', /^[0-9a-f]{64}$/],
    ['sha512', /^[0-9a-f]{128}$/],
  ] as const) {
    const folder = join(root, 'blobs', algorithm);
    for (const name of namesIn(folder)) {
      if (form.test(name)) digests.push(`${algorithm}:${name}`);
      else strangers.push(join(folder, name));
    }
  }
  return { digests, strangers };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Blobs that no record and no living session needs. */
function unusedBlobs(database: Database, root: string): readonly Digest[] {
  const recorded = recordedBlobs(database);
  const held = heldBlobs(database);
  return listBlobs(root).digests.filter((digest) => !recorded.has(digest) && !held.has(digest));
}

/**
 * Moves unused blobs into the trash, out of `candidates` where given; returns how many bytes that frees. All inside
 * one transaction: who wants such a blob holds it before, or finds it gone and writes it anew.
 */
export function dropBlobs(database: Database, paths: StorePaths, candidates?: ReadonlySet<Digest>): number {
  return database.transaction(() => {
    const unused = candidates ? unusedOf(database, candidates) : unusedBlobs(database, paths.root);
    return unused.reduce((bytes, digest) => bytes + dropBlob(paths, digest), 0);
  });
}

function unusedOf(database: Database, candidates: ReadonlySet<Digest>): readonly Digest[] {
  const recorded = recordedBlobs(database);
  const held = heldBlobs(database);
  return [...candidates].filter((digest) => !recorded.has(digest) && !held.has(digest));
}

function dropBlob(paths: StorePaths, digest: Digest): number {
  const path = blobPath(paths.root, digest);
  const stat = lstatSync(path, { throwIfNoEntry: false });
  // What the registry in the store's folder has as well stays on the disk.
  const freed = stat?.nlink === 1 ? stat.size : 0;
  return moveToTrash(paths.trash, path) ? freed : 0;
}
