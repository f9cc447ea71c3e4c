// Blobs: which repository knows which, and reading them.

import { open } from 'node:fs/promises';
import { errnoOf } from '../../../../core/index.ts';
import type { Digest } from '../../../../oci/index.ts';
import type { BlobRecord, OpenBlob, Page } from '../types.ts';
import type { FolderContext } from './context.ts';
import { readPieces } from './read.ts';
import { changingRepository, repositoryId } from './repositories.ts';

interface BlobRow {
  readonly digest: string;
  readonly size: number;
  readonly used: number;
}

/** Leases are renewed no more often than this, in milliseconds: reading must not mean writing. */
const renewal = 5 * 60_000;

/** What a repository knows of a blob. */
export function findBlob(
  { database }: FolderContext,
  repository: string,
  digest: Digest,
): BlobRecord | undefined {
  const row = database.get<BlobRow>(
    `SELECT blob.digest, size, used FROM blob JOIN content USING (digest)
     WHERE repository = (SELECT id FROM repository WHERE name = ?) AND digest = ?`,
    repository,
    digest,
  );
  return row && recordOf(row);
}

/** The same, and renews its lease. */
export function useBlob(context: FolderContext, repository: string, digest: Digest): BlobRecord | undefined {
  const found = findBlob(context, repository, digest);
  if (!found || Date.now() - found.used.getTime() < renewal) return found;
  context.database.run(
    'UPDATE blob SET used = ? WHERE repository = (SELECT id FROM repository WHERE name = ?) AND digest = ?',
    Date.now(),
    repository,
    digest,
  );
  return findBlob(context, repository, digest);
}

/** Opens a blob that the repository knows. */
export async function openBlob(
  context: FolderContext,
  repository: string,
  digest: Digest,
): Promise<OpenBlob | undefined> {
  const found = findBlob(context, repository, digest);
  if (!found) return undefined;
  try {
    const file = await open(context.places.content(digest), 'r');
    return {
      digest,
      size: found.size,
      fd: file.fd,
      read: (start, end) => readPieces(file, start, end),
      [Symbol.asyncDispose]: () => file.close(),
    };
  } catch (error) {
    // Forgotten and swept since it was found.
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes a repository know content that is in the pool, in a transaction; its row of `content` is there. */
export function enterBlob(
  context: FolderContext,
  repository: string,
  digest: Digest,
): BlobRecord | undefined {
  return context.database.transaction(() => {
    context.database.run(
      'INSERT INTO blob (repository, digest, used) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET used = excluded.used',
      changingRepository(context, repository),
      digest,
      Date.now(),
    );
    return findBlob(context, repository, digest);
  });
}

/** Makes a blob of another repository known to this one. */
export async function mountBlob(
  context: FolderContext,
  repository: string,
  digest: Digest,
  from: string | undefined,
): Promise<BlobRecord | undefined> {
  const mounted = context.database.transaction(() =>
    isKnown(context, digest, from) ? enterBlob(context, repository, digest) : undefined,
  );
  if (mounted) await context.settled();
  return mounted;
}

function isKnown(context: FolderContext, digest: Digest, from: string | undefined): boolean {
  if (from !== undefined) return findBlob(context, from, digest) !== undefined;
  return context.database.get('SELECT 1 FROM blob WHERE digest = ? LIMIT 1', digest) !== undefined;
}

/** Forgets a blob that no manifest of the repository refers to. */
export async function forgetBlob(
  context: FolderContext,
  repository: string,
  digest: Digest,
  unusedSince: Date | undefined,
): Promise<'deleted' | 'unknown' | 'in use'> {
  const { database } = context;
  const outcome = database.transaction(() => {
    const found = findBlob(context, repository, digest);
    if (!found) return 'unknown';
    if (isReferred(context, repository, digest)) return 'in use';
    if (unusedSince && found.used >= unusedSince) return 'in use';
    database.run(
      'DELETE FROM blob WHERE repository = ? AND digest = ?',
      changingRepository(context, repository),
      digest,
    );
    return 'deleted';
  });
  if (outcome === 'deleted') await context.settled();
  return outcome;
}

function isReferred({ database }: FolderContext, repository: string, digest: Digest): boolean {
  const sql = `SELECT 1 FROM manifest_blob
    WHERE repository = (SELECT id FROM repository WHERE name = ?) AND blob = ? LIMIT 1`;
  return database.get(sql, repository, digest) !== undefined;
}

/** Blobs of a repository in the order of their digests. */
export function listBlobs(context: FolderContext, repository: string, page: Page): readonly BlobRecord[] {
  return context.database
    .all<BlobRow>(
      `SELECT blob.digest, size, used FROM blob JOIN content USING (digest)
       WHERE repository = ? AND blob.digest > ? ORDER BY blob.digest LIMIT ?`,
      repositoryId(context, repository) ?? -1,
      page.last ?? '',
      page.limit ?? -1,
    )
    .map(recordOf);
}

function recordOf({ digest, size, used }: BlobRow): BlobRecord {
  return { digest, size, used: new Date(used) };
}
