// Deleting what nothing needs any more: content without a repository, uploads that were left.

import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Swept, Upload } from '../types.ts';
import type { FolderContext } from './context.ts';
import { cancelUpload, findUpload, listUploads, type Uploading } from './uploads.ts';
import { unlessWriting } from './writing.ts';

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
  const { context } = uploading;
  const left: Upload[] = [];
  for (const upload of await listUploads(uploading)) {
    if (upload.touched >= unusedSince) continue;
    const work = (): Promise<boolean> => sweepUpload(uploading, upload, unusedSince, dryRun);
    if (await unlessWriting(context.places.upload(upload.id), work)) left.push(upload);
  }
  if (!dryRun) deleteStrays(context, unusedSince);
  return left;
}

/** Under the lock of its writers the lease is looked at again: an append that has ended since renewed it. */
async function sweepUpload(
  uploading: Uploading,
  { repository, id }: Upload,
  unusedSince: Date,
  dryRun: boolean,
): Promise<boolean> {
  const upload = await findUpload(uploading, repository, id);
  if (!upload || upload.touched >= unusedSince) return false;
  return dryRun || cancelUpload(uploading, repository, id);
}

/** Milliseconds that a file without a row is left alone, whatever the grace: it may be a manifest that is being written. */
const strayAge = 60_000;

/** What a killed process left: rows whose file became a blob, and files without a row. */
function deleteStrays({ places, database }: FolderContext, unusedSince: Date): void {
  const rows = database.all<{ id: string }>('SELECT id FROM upload WHERE touched < ?', unusedSince.getTime());
  for (const { id } of rows)
    if (!existsSync(places.upload(id))) database.run('DELETE FROM upload WHERE id = ?', id);
  const before = Math.min(unusedSince.getTime(), Date.now() - strayAge);
  for (const name of readdirSync(places.uploads)) {
    const path = join(places.uploads, name);
    if (database.get('SELECT 1 FROM upload WHERE id = ?', name)) continue;
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && stat.ctimeMs < before) rmSync(path, { force: true });
  }
}
