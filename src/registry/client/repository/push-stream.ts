// Bytes into a repository while they are made: their digest and size are known at the end.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CaissonError } from '../../../core/index.ts';
import type { Descriptor } from '../../../oci/index.ts';
import { skipped } from '../../skip.ts';
import type { PushOptions, RequestOptions } from '../../types.ts';
import { discard } from '../transport/index.ts';
import { problemOf } from './answer.ts';
import { ask } from './ask.ts';
import { blobSizeAt } from './blobs.ts';
import { brokenBy, pauseAfter, unlessBroken } from './broken.ts';
import type { RepositoryAt } from './context.ts';
import { endpointToPush } from './endpoints.ts';
import { tooLarge, uploadBlob } from './upload.ts';
import {
  beginUpload,
  cancelUpload,
  checkCompleted,
  completion,
  continued,
  type UploadSession,
  type UploadTarget,
  uploadQuestion,
} from './upload-session.ts';

type Uploaded = Pick<Descriptor, 'digest' | 'size'>;

type Open = () => Promise<Readable> | Readable;

/**
 * Uploads what `open` gives; an upload that breaks, or is refused for now, begins again with it. Where one request may not carry so
 * much it goes in chunks, as blobs do whose bytes are known.
 */
export async function pushStream(
  at: RepositoryAt,
  open: Open,
  { signal, onProgress }: RequestOptions & Pick<PushOptions, 'onProgress'>,
): Promise<Uploaded> {
  const target: UploadTarget = {
    at,
    endpoint: endpointToPush(at),
    scope: { repository: at.path, actions: ['pull', 'push'] },
    what: `a blob of "${at.path}"`,
    signal,
  };
  for (let failures = 1; ; failures++) {
    const session = await beginUpload(target);
    if (session === 'mounted')
      throw new CaissonError('REGISTRY_ERROR', 'The registry mounted a blob unasked');
    try {
      return await streamed(target, session, open, onProgress);
    } catch (error) {
      await cancelUpload(target, session);
      const broken = brokenBy(error);
      if (broken.status === tooLarge) return inChunks(target, open, onProgress);
      await pauseAfter(broken, failures, at.retries.tries, target);
    }
  }
}

/** Made once more than it is sent: chunks are told apart by their place in the whole, and may have to be sent again. */
async function inChunks(
  target: UploadTarget,
  open: Open,
  onProgress: PushOptions['onProgress'],
): Promise<Uploaded> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of (await open()) as AsyncIterable<Buffer>) {
    target.signal.throwIfAborted();
    hash.update(chunk);
    size += chunk.length;
  }
  const uploaded: Uploaded = { digest: `sha256:${hash.digest('hex')}`, size };
  const descriptor = { mediaType: 'application/octet-stream', ...uploaded };
  const openAt = async (offset: number) => skipped(await open(), offset);
  await uploadBlob(target, { descriptor, open: openAt }, { onProgress, inChunks: true });
  return uploaded;
}

async function streamed(
  target: UploadTarget,
  session: UploadSession,
  open: Open,
  onProgress: PushOptions['onProgress'],
): Promise<Uploaded> {
  let sent = { hash: createHash('sha256'), size: 0 };
  let failure: unknown;
  async function* hashed(): AsyncGenerator<Buffer> {
    // A request that is redirected or answered by a challenge is sent once more, from the beginning; the first may still get a chunk.
    const own = { hash: createHash('sha256'), size: 0 };
    sent = own;
    try {
      for await (const chunk of (await open()) as AsyncIterable<Buffer>) {
        own.hash.update(chunk);
        own.size += chunk.length;
        if (sent === own) onProgress?.(own.size);
        yield chunk;
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  }
  const response = await ask(target.at, target.endpoint, {
    ...uploadQuestion(target, 'PATCH', session.location),
    once: true,
    intake: () => sent.size,
    headers: { 'content-type': 'application/octet-stream' },
    body: () => Readable.from(hashed(), { objectMode: false, highWaterMark: 1024 * 1024 }),
  }).catch((error: unknown) => {
    throw failure ?? error;
  });
  if ((await unlessBroken(response, target, tooLarge)).status !== 202)
    throw await problemOf(response, target.endpoint, target.what);
  discard(response);
  const { hash, size } = sent;
  const uploaded = { digest: `sha256:${hash.digest('hex')}`, size };
  await complete(target, continued(session, response, target), uploaded);
  return uploaded;
}

async function complete(
  target: UploadTarget,
  session: UploadSession,
  { digest, size }: Uploaded,
): Promise<void> {
  const { at, endpoint, scope } = target;
  try {
    const response = await ask(at, endpoint, {
      ...uploadQuestion(target, 'PUT', completion(session, digest)),
      intake: () => size,
      headers: { 'content-length': '0' },
    });
    await checkCompleted(await unlessBroken(response, target), target, digest);
  } catch (error) {
    const broken = brokenBy(error);
    // The answer may be all that was lost.
    if ((await blobSizeAt(at, endpoint, digest, scope, target)) !== size) throw broken;
  }
}
