// Indexes: several images under one digest.

import { CaissonError, isCaissonError } from '../../core/index.ts';
import {
  type Digest,
  formatReference,
  type Index,
  isDigest,
  mediaTypes,
  parseReference,
} from '../../oci/index.ts';
import type { Database } from '../database/index.ts';
import type { ContentStore, ImageRecord, IndexRecord } from '../types.ts';
import { isInRepository } from './blob-sources.ts';
import { chooseImage, setName } from './image-names.ts';

type Get = (manifestDigest: Digest) => ImageRecord | undefined;

/** An index as it is added; see `ImageStore.addIndex`. */
export interface NewIndex {
  readonly index: Uint8Array;
  readonly images: readonly Digest[];
  readonly blobs?: readonly Digest[];
  readonly names?: readonly string[];
}

interface IndexRow {
  readonly digest: string;
  readonly text: string;
  readonly created: number;
  /** JSON arrays, made by the query. */
  readonly images: string;
  readonly blobs: string;
  readonly names: string;
}

const select = `
  SELECT image_index.*,
    (SELECT json_group_array(manifest_digest ORDER BY position) FROM index_image
      WHERE index_image.digest = image_index.digest) AS images,
    (SELECT json_group_array(blob ORDER BY blob) FROM index_blob WHERE index_blob.digest = image_index.digest) AS blobs,
    (SELECT json_group_array(name ORDER BY name) FROM image_name WHERE index_digest = image_index.digest) AS names
  FROM image_index`;

/** The index of a digest. */
export function indexOf(database: Database, get: Get, digest: Digest): IndexRecord | undefined {
  const row = database.get<IndexRow>(`${select} WHERE digest = ?`, digest);
  return row && toRecord(row, get);
}

/** All indexes, newest first. */
export function listIndexes(database: Database, get: Get): readonly IndexRecord[] {
  return database.all<IndexRow>(`${select} ORDER BY created DESC, digest`).map((row) => toRecord(row, get));
}

/** The index that a name or a digest gives. */
export function findIndex(database: Database, get: Get, reference: string): IndexRecord | undefined {
  if (isDigest(reference)) return indexOf(database, get, reference);
  const full = fullReference(reference);
  if (full === undefined) return undefined;
  if (full.digest !== undefined) {
    const index = indexOf(database, get, full.digest);
    return index && isInRepository(database, index, `${full.domain}/${full.path}`) ? index : undefined;
  }
  const row = database.get<{ digest: string | null }>(
    'SELECT index_digest AS digest FROM image_name WHERE name = ?',
    formatReference(full),
  );
  return row?.digest ? indexOf(database, get, row.digest) : undefined;
}

/** Puts an index's blob; throws `BLOB_NOT_FOUND` where something it lists besides images is missing. */
export function putIndex(content: ContentStore, { index, blobs = [] }: NewIndex): Digest {
  const { mediaType } = JSON.parse(Buffer.from(index).toString()) as Index;
  for (const blob of blobs) {
    if (content.has(blob)) continue;
    throw new CaissonError('BLOB_NOT_FOUND', `Blob "${blob}" of an image index is not in the store`, {
      hint: 'Build, load or pull the image again.',
    });
  }
  return content.put(index, mediaType ?? mediaTypes.ociIndex).digest;
}

/** Writes an index's rows, the same again keeps its own; it gains the names. Throws `IMAGE_NOT_FOUND`. */
export function insertIndex(database: Database, get: Get, digest: Digest, added: NewIndex): void {
  database.run(
    `INSERT INTO image_index (digest, text, created) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET created = excluded.created`,
    digest,
    Buffer.from(added.index).toString(),
    Date.now(),
  );
  const listed = (JSON.parse(Buffer.from(added.index).toString()) as Index).manifests.map(
    (entry) => entry.digest,
  );
  for (const manifest of added.images) {
    requireImage(get, manifest);
    database.run('DELETE FROM index_image WHERE digest = ? AND manifest_digest = ?', digest, manifest);
    // Others may have come before: a place is that in the index.
    const position = listed.indexOf(manifest);
    database.run('INSERT OR REPLACE INTO index_image VALUES (?, ?, ?)', digest, position, manifest);
  }
  for (const blob of added.blobs ?? [])
    database.run('INSERT OR IGNORE INTO index_blob VALUES (?, ?)', digest, blob);
  for (const name of added.names ?? []) nameIndex(database, get, digest, name);
}

/** Gives a name to an index; an index without an image in the store cannot have one. */
export function nameIndex(database: Database, get: Get, digest: Digest, name: string): void {
  const image = chooseImage(indexOf(database, get, digest)?.images ?? []);
  if (image === undefined)
    throw new CaissonError('IMAGE_NOT_FOUND', `The index "${digest}" has no image in the store`, {
      hint: 'Pull or load one of its platforms first.',
    });
  setName(database, { manifestDigest: image.manifestDigest, indexDigest: digest }, name);
}

/** Forgets those of `indexes` that no name gives any more, and of their images those that nothing else needs. */
export function dropNameless(database: Database, indexes: readonly Digest[]): void {
  for (const digest of indexes) {
    const members = database.all<{ manifest: string }>(
      'SELECT manifest_digest AS manifest FROM index_image WHERE digest = ?',
      digest,
    );
    const dropped = database.run(
      'DELETE FROM image_index WHERE digest = ?1 AND NOT EXISTS (SELECT 1 FROM image_name WHERE index_digest = ?1)',
      digest,
    );
    if (dropped > 0) for (const { manifest } of members) dropUnneeded(database, manifest);
  }
}

function dropUnneeded(database: Database, manifest: Digest): void {
  database.run(
    `DELETE FROM image WHERE manifest_digest = ?1
      AND NOT EXISTS (SELECT 1 FROM image_name WHERE manifest_digest = ?1)
      AND NOT EXISTS (SELECT 1 FROM index_image WHERE manifest_digest = ?1)
      AND NOT EXISTS (SELECT 1 FROM container WHERE value ->> '$.image.manifestDigest' = ?1)`,
    manifest,
  );
}

/** Indexes that no name gives. */
export function namelessIndexes(database: Database): readonly Digest[] {
  return database
    .all<{ digest: string }>(
      'SELECT digest FROM image_index WHERE digest NOT IN (SELECT index_digest FROM image_name WHERE index_digest IS NOT NULL)',
    )
    .map(({ digest }) => digest);
}

function requireImage(get: Get, manifest: Digest): void {
  if (get(manifest)) return;
  throw new CaissonError('IMAGE_NOT_FOUND', `Image "${manifest}" of an index is not in the store`, {
    hint: 'It was removed meanwhile; build, load or pull it again.',
  });
}

function fullReference(text: string): ReturnType<typeof parseReference> | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    if (isCaissonError(error)) return undefined;
    throw error;
  }
}

function toRecord(row: IndexRow, get: Get): IndexRecord {
  return {
    digest: row.digest,
    size: Buffer.byteLength(row.text),
    index: JSON.parse(row.text) as Index,
    images: (JSON.parse(row.images) as string[]).flatMap((digest) => get(digest) ?? []),
    blobs: JSON.parse(row.blobs) as string[],
    names: JSON.parse(row.names) as string[],
    created: row.created,
  };
}
