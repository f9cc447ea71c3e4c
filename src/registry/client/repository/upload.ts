// Uploading a blob: in one request; in chunks where the registry wants them; taken up where it broke.

import { CaissonError } from '../../../core/index.ts';
import type { PushedBlob, PushOptions } from '../../types.ts';
import { discard } from '../transport/index.ts';
import type { HttpResponse } from '../types.ts';
import { problemOf } from './answer.ts';
import { ask } from './ask.ts';
import { blobSizeAt } from './blobs.ts';
import { type BodySource, bodySource } from './body.ts';
import { Broken, brokenBy, pauseAfter, unlessBroken } from './broken.ts';
import { parseUploadRange } from './range.ts';
import {
  beginUpload,
  cancelUpload,
  checkCompleted,
  completion,
  continued,
  type UploadSession,
  type UploadTarget,
  uploadQuestion,
  uploadStatus,
} from './upload-session.ts';

const usualChunk = 16 * 1024 * 1024;
/** Proxies take less than registries do: nginx 1 MiB, unless it is told otherwise. */
const leastChunk = 256 * 1024;
const progress = 1024 * 1024;
/** Smaller chunks may not be. */
export const tooLarge = 413;

/** How far an upload is, and how it goes on. */
interface Standing {
  readonly session: UploadSession;
  readonly offset: number;
  /** The most that one request carries; undefined: everything, together with the digest. */
  readonly chunk: number | undefined;
}

/** How a blob is uploaded. */
export interface UploadOptions {
  readonly onProgress?: PushOptions['onProgress'] | undefined;
  /** A session that was begun. */
  readonly begun?: UploadSession | undefined;
  /** In chunks: a whole is known to be too large. */
  readonly inChunks?: boolean;
}

/** Uploads a blob. Throws what the registry says where even small chunks are too large. */
export async function uploadBlob(
  target: UploadTarget,
  blob: PushedBlob,
  { begun, inChunks = false, onProgress }: UploadOptions,
): Promise<void> {
  using source = bodySource(blob, onProgress);
  const { patientTries } = target.at.retries;
  let standing = startingAt(begun ?? (await newSession(target)), inChunks);
  let furthest = 0;
  try {
    for (let failures = 1; ; failures++) {
      const { broken, reached } = await attempt(target, blob, source, standing);
      if (!broken) return;
      // What is sent once more after a registry forgot it is no progress, else this would not end.
      if (reached - furthest >= progress) failures = 1;
      furthest = Math.max(furthest, reached);
      const chunk = broken.status === tooLarge ? smaller(standing, broken) : standing.chunk;
      if (broken.status !== tooLarge) await pauseAfter(broken, failures, patientTries, target);
      const next = await takenUp(target, blob, { ...standing, chunk }, broken);
      if (!next) return;
      standing = next;
    }
  } catch (error) {
    await cancelUpload(target, standing.session);
    throw error;
  }
}

interface Outcome {
  /** Undefined: the blob is there. */
  readonly broken?: Broken;
  /** Bytes that the registry confirmed. */
  readonly reached: number;
}

/** Sends until it is done or breaks. What will not pass is thrown. */
async function attempt(
  target: UploadTarget,
  blob: PushedBlob,
  source: BodySource,
  standing: Standing,
): Promise<Outcome> {
  const { digest, size } = blob.descriptor;
  let { session, offset, chunk } = standing;
  try {
    if (chunk === undefined) {
      const response = await send(target, 'PUT', completion(session, digest), size, source, 0, size);
      await checkCompleted(response, target, digest);
      return { reached: size };
    }
    while (offset < size) {
      const end = Math.min(size, offset + chunk);
      const response = await send(target, 'PATCH', session.location, end - offset, source, offset, end);
      if (response.status !== 202) throw await problemOf(response, target.endpoint, target.what);
      discard(response);
      const arrived = arrivedBy(response, end);
      if (arrived <= offset) throw new Broken(stuck(target, offset));
      offset = arrived;
      session = continued(session, response, target);
    }
    const response = await send(target, 'PUT', completion(session, digest), size);
    await checkCompleted(response, target, digest);
    return { reached: size };
  } catch (error) {
    return { broken: brokenBy(error), reached: offset };
  }
}

/** Of one byte registries say what they say of none: `0-0`. It was taken, as nothing else was sent. */
function arrivedBy({ headers }: HttpResponse, end: number): number {
  const range = headers['range'];
  if (range === undefined || (end === 1 && range === '0-0')) return end;
  return Math.min(end, parseUploadRange(range));
}

function stuck({ what }: UploadTarget, offset: number): CaissonError {
  return new CaissonError('REGISTRY_ERROR', `The registry stays at byte ${offset} of the ${what}`, {
    hint: 'The registry or something before it is broken.',
  });
}

async function send(
  target: UploadTarget,
  method: 'PUT' | 'PATCH',
  url: URL,
  intake: number,
  source?: BodySource,
  start = 0,
  end = 0,
): Promise<HttpResponse> {
  const part = source?.part(start, end);
  const response = await ask(target.at, target.endpoint, {
    ...uploadQuestion(target, method, url),
    once: true,
    intake: () => intake,
    headers: {
      'content-length': String(end - start),
      'content-type': 'application/octet-stream',
      ...(method === 'PATCH' ? { 'content-range': `${start}-${end - 1}` } : {}),
    },
    ...(part && end > start ? { body: part.body } : {}),
  }).catch((error: unknown) => {
    throw part?.failure() ?? error;
  });
  return unlessBroken(response, target, tooLarge);
}

/** Asks how far it is; begins anew where the registry forgot it, or refuses what it says. Undefined where the blob has arrived meanwhile. */
async function takenUp(
  target: UploadTarget,
  { descriptor: { digest, size } }: PushedBlob,
  { session, chunk, offset }: Standing,
  broken: Broken,
): Promise<Standing | undefined> {
  const status = await uploadStatus(target, session);
  const next = chunk ?? Number.POSITIVE_INFINITY;
  const isRefused = broken.status === 416 && status?.offset === offset;
  if (status && status.offset <= size && !isRefused)
    return { ...status, chunk: chunkFor(status.session, next) };
  const known = await blobSizeAt(target.at, target.endpoint, digest, target.scope, target);
  if (known !== undefined) return undefined;
  if (status) await cancelUpload(target, session);
  const fresh = await newSession(target);
  return { session: fresh, offset: 0, chunk: chunkFor(fresh, next) };
}

function startingAt(session: UploadSession, inChunks: boolean): Standing {
  const isWhole = session.chunkMinimum === undefined && !inChunks;
  return { session, offset: 0, chunk: isWhole ? undefined : chunkFor(session, usualChunk) };
}

/** Chunks that may pass where these do not. Throws the problem where there are none. */
function smaller({ session, chunk = Number.POSITIVE_INFINITY }: Standing, { problem }: Broken): number {
  const less = chunkFor(session, Math.min(usualChunk, chunk / 4));
  if (less < leastChunk || less >= chunk) throw problem;
  return less;
}

function chunkFor({ chunkMinimum = 0 }: UploadSession, chunk: number): number {
  return Math.max(chunkMinimum, chunk);
}

async function newSession(target: UploadTarget): Promise<UploadSession> {
  const session = await beginUpload(target);
  if (session !== 'mounted') return session;
  throw new CaissonError('REGISTRY_ERROR', `The registry says that it mounted the ${target.what} unasked`);
}
