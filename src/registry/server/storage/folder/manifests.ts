// Manifests: taken in with what they refer to, found by tag or digest, forgotten with their tags.

import { randomUUID } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { errnoOf } from '../../../../core/index.ts';
import type { Digest } from '../../../../oci/index.ts';
import { RegistryError } from '../../errors.ts';
import type { ManifestRecord, ManifestReference, NewManifest, Page, StoredManifest } from '../types.ts';
import { findBlob } from './blobs.ts';
import { isThere, touchContent } from './content.ts';
import type { FolderContext } from './context.ts';
import { changingRepository, repositoryId } from './repositories.ts';

interface ManifestRow {
  readonly repository: number;
  readonly digest: string;
  readonly size: number;
  readonly media_type: string;
  readonly artifact_type: string | null;
  readonly subject: string | null;
  readonly annotations: string | null;
  readonly pushed: number;
  readonly incomplete: number;
}

/** Takes a manifest in, under a tag if one is given. */
export async function putManifest(
  context: FolderContext,
  repository: string,
  manifest: NewManifest,
  tag: string | undefined,
): Promise<void> {
  checkBlobs(context, repository, manifest);
  await keepBytes(context, manifest);
  context.database.transaction(() => {
    // Again, in the transaction that enters it: from here on they cannot be forgotten.
    checkBlobs(context, repository, manifest);
    const id = changingRepository(context, repository);
    enterManifest(context, id, manifest);
    if (tag !== undefined) enterTag(context, id, tag, manifest.digest);
  });
  await context.settled();
}

function checkBlobs(context: FolderContext, repository: string, { blobs, incomplete }: NewManifest): void {
  if (incomplete) return;
  const missing = [...new Set(blobs)].filter((digest) => !findBlob(context, repository, digest));
  if (missing.length === 0) return;
  const message = `The manifest refers to ${missing.length === 1 ? 'a blob' : `${missing.length} blobs`} that the repository "${repository}" does not have`;
  throw new RegistryError('MANIFEST_BLOB_UNKNOWN', message, {
    detail: missing.slice(0, 100).map((digest) => ({ digest })),
    hint: 'Push the blobs before the manifest.',
  });
}

async function keepBytes(context: FolderContext, { digest, bytes }: NewManifest): Promise<void> {
  touchContent(context, digest, bytes.length);
  if (await isThere(context.places.content(digest), bytes.length)) return context.placed(digest);
  const path = context.places.upload(randomUUID());
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await context.place(path, digest);
}

/** A manifest that is there stays as it is, but for the media type of its last push. */
function enterManifest({ database }: FolderContext, repository: number, manifest: NewManifest): void {
  const { digest, mediaType, artifactType, subject, annotations } = manifest;
  database.run(
    `INSERT INTO manifest (repository, digest, media_type, artifact_type, subject, annotations, pushed, incomplete)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET media_type = excluded.media_type, pushed = excluded.pushed, incomplete = excluded.incomplete`,
    repository,
    digest,
    mediaType,
    artifactType ?? null,
    subject ?? null,
    annotations === undefined ? null : JSON.stringify(annotations),
    Date.now(),
    manifest.incomplete ? 1 : 0,
  );
  manifest.blobs.forEach((blob, position) => {
    database.run(
      'INSERT OR IGNORE INTO manifest_blob VALUES (?, ?, ?, ?)',
      repository,
      digest,
      position,
      blob,
    );
  });
  manifest.manifests.forEach((child, position) => {
    database.run(
      'INSERT OR IGNORE INTO manifest_child VALUES (?, ?, ?, ?)',
      repository,
      digest,
      position,
      child,
    );
  });
}

function enterTag({ database }: FolderContext, repository: number, name: string, digest: Digest): void {
  database.run(
    `INSERT INTO tag (repository, name, digest, updated) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET digest = excluded.digest, updated = excluded.updated`,
    repository,
    name,
    digest,
    Date.now(),
  );
}

/** What is known of a manifest. */
export function findManifest(
  context: FolderContext,
  repository: string,
  reference: ManifestReference,
): ManifestRecord | undefined {
  const byTag = 'tag' in reference;
  const row = context.database.get<ManifestRow>(
    `SELECT manifest.*, size FROM manifest JOIN content USING (digest)
     WHERE manifest.repository = ? AND digest = ${byTag ? '(SELECT digest FROM tag WHERE repository = ? AND name = ?)' : '?'}`,
    ...identified(repositoryId(context, repository) ?? -1, reference),
  );
  return row && recordOf(context, row);
}

function identified(id: number, reference: ManifestReference): readonly (number | string)[] {
  return 'tag' in reference ? [id, id, reference.tag] : [id, reference.digest];
}

/** A manifest with its bytes. */
export async function readManifest(
  context: FolderContext,
  repository: string,
  reference: ManifestReference,
): Promise<StoredManifest | undefined> {
  const record = findManifest(context, repository, reference);
  if (!record) return undefined;
  try {
    return { ...record, bytes: await readFile(context.places.content(record.digest)) };
  } catch (error) {
    // Forgotten and swept since it was found.
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Forgets a manifest and the tags that name it; with `unusedSince` only if nothing names it and it was not pushed since. */
export async function forgetManifest(
  context: FolderContext,
  repository: string,
  digest: Digest,
  unusedSince?: Date,
): Promise<boolean> {
  const gone = context.database.transaction(() => {
    const found = findManifest(context, repository, { digest });
    if (!found) return false;
    if (unusedSince && (found.pushed >= unusedSince || isNamed(context, repository, digest))) return false;
    const id = changingRepository(context, repository);
    return context.database.run('DELETE FROM manifest WHERE repository = ? AND digest = ?', id, digest) > 0;
  });
  if (gone) await context.settled();
  return gone;
}

/** Whether a tag or an index of the repository leads to a manifest. */
function isNamed(context: FolderContext, repository: string, digest: Digest): boolean {
  const id = repositoryId(context, repository) ?? -1;
  const sql = `SELECT 1 WHERE EXISTS (SELECT 1 FROM tag WHERE repository = ? AND digest = ?)
    OR EXISTS (SELECT 1 FROM manifest_child WHERE repository = ? AND child = ?)`;
  return context.database.get(sql, id, digest, id, digest) !== undefined;
}

/** Manifests of a repository in the order of their digests. */
export function listManifests(
  context: FolderContext,
  repository: string,
  page: Page,
): readonly ManifestRecord[] {
  return context.database
    .all<ManifestRow>(
      `SELECT manifest.*, size FROM manifest JOIN content USING (digest)
       WHERE repository = ? AND digest > ? ORDER BY digest LIMIT ?`,
      repositoryId(context, repository) ?? -1,
      page.last ?? '',
      page.limit ?? -1,
    )
    .map((row) => recordOf(context, row));
}

function recordOf({ database }: FolderContext, row: ManifestRow): ManifestRecord {
  const { repository, digest, size } = row;
  const refers = (table: 'blob' | 'child'): readonly Digest[] =>
    database
      .all<{ digest: Digest }>(
        `SELECT ${table} AS digest FROM manifest_${table} WHERE repository = ? AND manifest = ? ORDER BY position`,
        repository,
        digest,
      )
      .map((found) => found.digest);
  return {
    digest,
    size,
    mediaType: row.media_type,
    ...(row.artifact_type === null ? {} : { artifactType: row.artifact_type }),
    ...(row.subject === null ? {} : { subject: row.subject }),
    ...(row.annotations === null ? {} : { annotations: annotationsOf(row.annotations) }),
    blobs: refers('blob'),
    manifests: refers('child'),
    ...(row.incomplete === 1 ? { incomplete: true as const } : {}),
    pushed: new Date(row.pushed),
  };
}

function annotationsOf(text: string): Readonly<Record<string, string>> {
  return JSON.parse(text) as Readonly<Record<string, string>>;
}
