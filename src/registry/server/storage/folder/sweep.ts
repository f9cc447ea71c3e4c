// Deleting what nothing needs any more: content without a repository, uploads that were left.

import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Swept, Upload } from '../types.ts';
import type { FolderContext } from './context.ts';
import { cancelUpload, listUploads, type Uploading } from './uploads.ts';

interface ContentRow {
  readonly digest: string;
  readonly size: number;
}

/** Content that no repository knows and nobody relied on since; each is looked at and deleted under the database's lock. */
export async function sweep(
  uploading: Uploading,
  { unusedSince, dryRun = false }: { readonly unusedSince: Date; readonly dryRun?: boolean },
): Promise<Swept> {
  const { context } = uploading;
  const candidates = unknownContent(context, unusedSince);
  const blobs = dryRun ? candidates : candidates.filter((row) => deleteContent(context, row, unusedSince));
  return {
    blobs: blobs.map(({ digest, size }) => ({ digest, size })),
    uploads: await sweepUploads(uploading, unusedSince, dryRun),
  };
}

const unknown = `touched < ?
  AND NOT EXISTS (SELECT 1 FROM blob WHERE blob.digest = content.digest)
  AND NOT EXISTS (SELECT 1 FROM manifest WHERE manifest.digest = content.digest)`;

function unknownContent({ database }: FolderContext, unusedSince: Date): readonly ContentRow[] {
  return database.all<ContentRow>(`SELECT digest, size FROM content WHERE ${unknown}`, unusedSince.getTime());
}

/** One transaction each: a push that comes between waits for one deletion, not for all. */
function deleteContent(
  { places, database }: FolderContext,
  { digest }: ContentRow,
  unusedSince: Date,
): boolean {
  return database.transaction(() => {
    const sql = `DELETE FROM content WHERE digest = ? AND ${unknown}`;
    if (database.run(sql, digest, unusedSince.getTime()) === 0) return false;
    rmSync(places.content(digest), { force: true });
    return true;
  });
}

async function sweepUploads(
  uploading: Uploading,
  unusedSince: Date,
  dryRun: boolean,
): Promise<readonly Upload[]> {
  const left = (await listUploads(uploading)).filter(({ touched }) => touched < unusedSince);
  if (dryRun) return left;
  for (const { repository, id } of left) await cancelUpload(uploading, repository, id);
  // And the rows of those whose file became a blob when the process was killed.
  uploading.context.database.run('DELETE FROM upload WHERE touched < ?', unusedSince.getTime());
  deleteStrays(uploading.context, unusedSince);
  return left;
}

/** Files without a row: of manifests that were being written when the process was killed. */
function deleteStrays({ places, database }: FolderContext, unusedSince: Date): void {
  for (const name of readdirSync(places.uploads)) {
    const path = join(places.uploads, name);
    if (database.get('SELECT 1 FROM upload WHERE id = ?', name)) continue;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && stat.ctime < unusedSince) rmSync(path, { force: true });
  }
}
