// Uploads: begun, appended to, finished. Each is a row of the database and a file, whose length is what was received.

import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rm, stat, truncate } from 'node:fs/promises';
import { errnoOf } from '../../../../core/index.ts';
import type { Digest } from '../../../../oci/index.ts';
import { isFullDisk } from '../../../../store/index.ts';
import { parseDigest } from '../../digests.ts';
import { RegistryError } from '../../errors.ts';
import { exactly, isWrongLength, outOfOrder } from '../lengths.ts';
import { admitUpload } from '../open-uploads.ts';
import type { AppendOptions, BlobRecord, Upload } from '../types.ts';
import { enterBlob } from './blobs.ts';
import { keepFile } from './content.ts';
import type { FolderContext } from './context.ts';
import { digestOf, type Progress, type Progresses } from './hashing.ts';
import { isUploadId } from './places.ts';
import { receive } from './receive.ts';
import { whileWriting } from './writing.ts';

interface UploadRow {
  readonly id: string;
  readonly repository: string;
  readonly begun: number;
  readonly touched: number;
  readonly size: number;
  readonly digest: string | null;
  readonly boot: string | null;
}

/** What uploading needs beside the context. */
export interface Uploading {
  readonly context: FolderContext;
  readonly progresses: Progresses;
  readonly mostOpen: number;
  /** Says that `digest` was taken of bytes which are still in memory or on the disk. */
  readonly boot: string;
}

/** A different text after each start of the machine. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Begins an upload. */
export async function beginUpload(uploading: Uploading, repository: string, client = ''): Promise<Upload> {
  const { places, database } = uploading.context;
  const id = randomUUID();
  const now = Date.now();
  admitUpload(uploading.mostOpen, countUploads(uploading.context, client));
  // The row first: what is begun at the same time is counted.
  const sql = 'INSERT INTO upload (id, repository, client, begun, touched) VALUES (?, ?, ?, ?, ?)';
  database.run(sql, id, repository, client, now, now);
  try {
    await (await open(places.upload(id), 'wx', 0o644)).close();
  } catch (error) {
    database.run('DELETE FROM upload WHERE id = ?', id);
    throw error;
  }
  return { repository, id, size: 0, begun: new Date(now), touched: new Date(now) };
}

function countUploads(
  { database }: FolderContext,
  client: string,
): { readonly open: number; readonly own: number } {
  const count = 'SELECT count(*) FROM upload';
  // Uploads of nobody in particular, those of mirrors, are bounded by what there is for all.
  const sql = `SELECT (${count}) AS open, (${count} WHERE client = ? AND client <> '') AS own`;
  return database.get(sql, client) ?? { open: 0, own: 0 };
}

/** An open upload of a repository. */
export async function findUpload(
  { context }: Uploading,
  repository: string,
  id: string,
): Promise<Upload | undefined> {
  const row = rowOf(context, repository, id);
  return row && statUpload(context, row);
}

/** Every open upload, oldest first. */
export async function listUploads({ context }: Uploading): Promise<readonly Upload[]> {
  const rows = context.database.all<UploadRow>('SELECT * FROM upload ORDER BY begun');
  const uploads = await Promise.all(rows.map((row) => statUpload(context, row)));
  return uploads.filter((upload) => upload !== undefined);
}

/** Appends to an upload; no sweep takes it meanwhile. */
export function appendUpload(
  uploading: Uploading,
  repository: string,
  id: string,
  source: AsyncIterable<Buffer>,
  options: AppendOptions,
): Promise<Upload> {
  return writing(uploading, id, () => append(uploading, repository, id, source, options));
}

async function append(
  uploading: Uploading,
  repository: string,
  id: string,
  source: AsyncIterable<Buffer>,
  { start, length, limit = Number.POSITIVE_INFINITY }: AppendOptions,
): Promise<Upload> {
  const { context, progresses } = uploading;
  const upload = await existing(uploading, repository, id);
  if (start !== undefined && start !== upload.size) throw outOfOrder(start, upload.size);
  const path = context.places.upload(id);
  const progress = await progresses.take(id, path, upload.size);
  const before = { hash: progress.hash.copy(), size: upload.size, hashed: upload.size };
  try {
    await receive(path, exactly(source, length), progress, limit);
  } catch (error) {
    // What cannot become a blob must not fill the disk: the client begins anew when there is room.
    if (isFullDisk(error, context.places.root) || isSyncFailure(error))
      await cancelUpload(uploading, repository, id);
    else if (isWrongLength(error)) await takeBack(uploading, id, before);
    else keepProgress(uploading, id, progress);
    throw error;
  }
  keepProgress(uploading, id, progress);
  return { ...upload, size: progress.size, touched: new Date() };
}

/** Bytes may be lost that were written, and no later sync tells. */
function isSyncFailure(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'fdatasync';
}

function keepProgress({ context, progresses, boot }: Uploading, id: string, progress: Progress): void {
  const isTrue = progress.hashed === progress.size;
  const digest = isTrue ? `sha256:${progress.hash.copy().digest('hex')}` : null;
  const sql = 'UPDATE upload SET touched = ?, size = ?, digest = ?, boot = ? WHERE id = ?';
  context.database.run(sql, Date.now(), progress.size, digest, boot, id);
  if (isTrue) progresses.keep(id, progress);
}

/** Makes an upload what it was before. */
async function takeBack(uploading: Uploading, id: string, before: Progress): Promise<void> {
  await truncate(uploading.context.places.upload(id), before.size);
  keepProgress(uploading, id, before);
}

/** Makes an upload a blob; no sweep takes it meanwhile. */
export function finishUpload(
  uploading: Uploading,
  repository: string,
  id: string,
  digest: Digest,
): Promise<BlobRecord> {
  return writing(uploading, id, () => finish(uploading, repository, id, digest));
}

/** An id that is none has no file; the work says so. */
function writing<T>({ context }: Uploading, id: string, work: () => Promise<T>): Promise<T> {
  return isUploadId(id) ? whileWriting(context.places.upload(id), work) : work();
}

async function finish(
  uploading: Uploading,
  repository: string,
  id: string,
  digest: Digest,
): Promise<BlobRecord> {
  const { context } = uploading;
  const { size } = await existing(uploading, repository, id);
  const actual = await digestOfUpload(uploading, repository, id, digest, size);
  if (actual !== digest) {
    await cancelUpload(uploading, repository, id);
    throw new RegistryError('DIGEST_INVALID', `Expected content with digest "${digest}", got "${actual}"`, {
      detail: { expected: digest, actual, size },
    });
  }
  try {
    await keepFile(context, context.places.upload(id), digest, size);
  } catch (error) {
    if (isSyncFailure(error)) await cancelUpload(uploading, repository, id);
    throw error;
  }
  const record = context.database.transaction(() => {
    context.database.run('DELETE FROM upload WHERE id = ?', id);
    return enterBlob(context, repository, digest);
  });
  uploading.progresses.drop(id);
  await context.settled();
  return record ?? { digest, size, used: new Date() };
}

/** What was hashed while it came; read again when that is not known, or another algorithm is asked for. */
async function digestOfUpload(
  { context, boot }: Uploading,
  repository: string,
  id: string,
  wanted: Digest,
  size: number,
): Promise<Digest> {
  const { algorithm } = parseDigest(wanted);
  const row = rowOf(context, repository, id);
  if (algorithm === 'sha256' && row?.digest && row.size === size && row.boot === boot) return row.digest;
  return digestOf(context.places.upload(id), algorithm, size);
}

/** Forgets an upload. */
export async function cancelUpload(
  { context, progresses }: Uploading,
  repository: string,
  id: string,
): Promise<boolean> {
  if (!rowOf(context, repository, id)) return false;
  progresses.drop(id);
  // The file first: on a full disk it makes room for the change of the database.
  await rm(context.places.upload(id), { force: true });
  context.database.run('DELETE FROM upload WHERE id = ?', id);
  return true;
}

function rowOf({ database }: FolderContext, repository: string, id: string): UploadRow | undefined {
  if (!isUploadId(id)) return undefined;
  return database.get<UploadRow>('SELECT * FROM upload WHERE id = ? AND repository = ?', id, repository);
}

async function existing(uploading: Uploading, repository: string, id: string): Promise<Upload> {
  const upload = await findUpload(uploading, repository, id);
  if (upload) return upload;
  throw new RegistryError('BLOB_UPLOAD_UNKNOWN', `The repository "${repository}" has no upload "${id}"`);
}

/** The file's length is the truth: of a process that was killed the row is behind. */
async function statUpload({ places }: FolderContext, row: UploadRow): Promise<Upload | undefined> {
  try {
    const { size } = await stat(places.upload(row.id));
    const { repository, id, begun, touched } = row;
    return { repository, id, size, begun: new Date(begun), touched: new Date(touched) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
