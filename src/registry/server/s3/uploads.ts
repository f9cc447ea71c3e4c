// Uploads into a bucket: bytes go on in parts as they come; what is too little for a part is kept as a tail until there is more.

import { createHash, randomUUID } from 'node:crypto';
import type { Digest } from '../../../oci/index.ts';
import { parseDigest } from '../digests.ts';
import { RegistryError } from '../errors.ts';
import { blobTooLarge, exactly, isWrongLength, outOfOrder } from '../storage/lengths.ts';
import { admitUpload } from '../storage/open-uploads.ts';
import type { AppendOptions, BlobRecord, Upload } from '../storage/types.ts';
import { type Content, knowBlob } from './blobs.ts';
import { countUploads, holdUpload, ownUploads, type Uploading } from './counted.ts';
import { keys, lastPart } from './keys.ts';
import { type BucketContext, mark, pageIn, readJson, writeJson } from './objects.ts';
import { openSaver, openWriter, type UploadState } from './part-writer.ts';

/** Milliseconds after which uploads are counted again where too many seem to be open. */
const countAgain = 10_000;

const uploadId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Begins an upload. Throws `TOOMANYREQUESTS`. */
export async function beginUpload(uploading: Uploading, repository: string, client = ''): Promise<Upload> {
  const { context, hashes, clients, mostOpen } = uploading;
  const admit = (): void => admitUpload(mostOpen, { open: hashes.size, own: ownUploads(uploading, client) });
  try {
    admit();
  } catch (error) {
    if (Date.now() - uploading.counted.at <= countAgain) throw error;
    await countUploads(uploading);
    admit();
  }
  const id = randomUUID();
  const now = Date.now();
  const state: UploadState = { repository, begun: now, touched: now, size: 0, tail: 0 };
  // First: what is begun at the same time is counted.
  hashes.set(id, { hash: createHash('sha256'), size: 0 });
  clients.set(id, client);
  try {
    await holdUpload(uploading, id, () => writeJson(context, keys.upload(id), state));
  } catch (error) {
    hashes.delete(id);
    throw error;
  }
  return uploadOf(id, state);
}

/** An open upload of a repository. */
export async function findUpload(
  { context }: Uploading,
  repository: string,
  id: string,
): Promise<Upload | undefined> {
  const state = await stateOf(context, repository, id);
  return state && uploadOf(id, state);
}

/** Every open upload, oldest first. */
export async function listUploads({ context }: Uploading): Promise<readonly Upload[]> {
  const all = await pageIn(context, 'uploads/', {}, async ({ key }) => {
    const state = await readJson<UploadState>(context, key);
    return state && uploadOf(lastPart(key), state);
  });
  return [...all].sort((a, b) => a.begun.getTime() - b.begun.getTime());
}

/** Appends to an upload; what came before the source breaks is kept. */
export async function appendUpload(
  { context, hashes }: Uploading,
  repository: string,
  id: string,
  source: AsyncIterable<Buffer>,
  { start, length, limit = Number.POSITIVE_INFINITY }: AppendOptions,
): Promise<Upload> {
  const state = await existing(context, repository, id);
  if (start !== undefined && start !== state.size) throw outOfOrder(start, state.size);
  const known = hashes.get(id);
  // A copy: what is hashed need not arrive, and what is known must stay true of what did.
  const hash = known?.size === state.size ? known.hash.copy() : undefined;
  const writer = await openWriter(context, id, state);
  let size = state.size;
  let failure: unknown;
  let isWrong = false;
  try {
    for await (const piece of exactly(source, length)) {
      if (state.whole && piece.length > 0) throw putTogetherAlready(size);
      if (size + piece.length > limit) throw blobTooLarge(limit);
      hash?.update(piece);
      size += piece.length;
      await writer.add(piece);
    }
  } catch (error) {
    isWrong = isWrongLength(error);
    throw error;
  } finally {
    if (isWrong) await writer.undo();
    else {
      const ended = await writer.end();
      if (hash && ended.next.size === size) hashes.set(id, { hash, size });
      failure = ended.failure;
    }
  }
  if (failure !== undefined) throw failure;
  return { ...uploadOf(id, state), size, touched: new Date() };
}

/** Makes an upload a blob. */
export async function finishUpload(
  uploading: Uploading,
  repository: string,
  id: string,
  digest: Digest,
): Promise<BlobRecord> {
  const { context, hashes } = uploading;
  const state = await putTogether(context, id, await existing(context, repository, id));
  const saver = openSaver(context, id, state);
  const actual = await digestOf(uploading, id, state, digest, saver.renew);
  if (actual !== digest) {
    await cancelUpload(uploading, repository, id);
    throw new RegistryError('DIGEST_INVALID', `Expected content with digest "${digest}", got "${actual}"`, {
      detail: { expected: digest, actual, size: state.size },
    });
  }
  await saver.save({ ...state, digest, touched: Date.now() });
  await context.inTurn(digest, () => keep(context, repository, id, digest, state.size));
  const record = await knowBlob(context, repository, digest, state.size);
  await context.bucket.delete(keys.upload(id));
  hashes.delete(id);
  return record;
}

/** All bytes in one object; said in the state, for a finish that is tried again. */
async function putTogether(context: BucketContext, id: string, state: UploadState): Promise<UploadState> {
  const { bucket } = context;
  const saver = openSaver(context, id, state);
  await saver.renew();
  if (state.whole) return state;
  const key = keys.data(id);
  const rest: Buffer[] = [];
  if (state.tail > 0) for await (const piece of bucket.read(keys.tail(id), 0, state.tail)) rest.push(piece);
  const tail = Buffer.concat(rest);
  if (state.parts && state.size > 0) {
    const { id: upload, etags } = state.parts;
    const last = tail.length > 0 ? [await bucket.putPart(key, upload, etags.length + 1, tail)] : [];
    await bucket.completeParts(key, upload, [...etags, ...last]);
  } else {
    if (state.parts) await bucket.abortParts(key, state.parts.id);
    await bucket.put(key, tail);
  }
  const { parts: _, ...others } = state;
  const whole: UploadState = { ...others, touched: Date.now(), tail: 0, whole: true };
  await saver.save(whole);
  await bucket.delete(keys.tail(id));
  return whole;
}

async function digestOf(
  { context, hashes }: Uploading,
  id: string,
  { size }: UploadState,
  wanted: Digest,
  renew: () => Promise<void>,
): Promise<Digest> {
  const { algorithm } = parseDigest(wanted);
  const known = hashes.get(id);
  if (algorithm === 'sha256' && known?.size === size) return `sha256:${known.hash.copy().digest('hex')}`;
  const hash = createHash(algorithm);
  for await (const piece of context.bucket.read(keys.data(id), 0, size)) {
    hash.update(piece);
    await renew();
  }
  return `${algorithm}:${hash.digest('hex')}`;
}

/** The repository's mark comes first: from then on a sweep leaves the content. Putting the content anew renews its lease. */
async function keep(
  context: BucketContext,
  repository: string,
  id: string,
  digest: Digest,
  size: number,
): Promise<void> {
  await mark(context, keys.known(digest, repository));
  const there = await readJson<Content>(context, keys.content(digest));
  const content: Content = there?.size === size ? there : { data: id, size };
  await writeJson(context, keys.content(digest), content);
  if (content.data !== id) await context.bucket.delete(keys.data(id));
}

/** Forgets an upload, and its bytes unless they became content; with `unusedSince` only if it was left since then. */
export async function cancelUpload(
  { context, hashes }: Uploading,
  repository: string,
  id: string,
  unusedSince?: Date,
): Promise<boolean> {
  const state = await stateOf(context, repository, id);
  if (!state || (unusedSince && state.touched >= unusedSince.getTime())) return false;
  const { bucket } = context;
  const content = state.digest ? await readJson<Content>(context, keys.content(state.digest)) : undefined;
  if (content?.data !== id) {
    if (state.parts) await bucket.abortParts(keys.data(id), state.parts.id);
    await bucket.delete(keys.data(id));
  }
  await bucket.delete(keys.tail(id));
  await bucket.delete(keys.upload(id));
  hashes.delete(id);
  return true;
}

async function stateOf(
  context: BucketContext,
  repository: string,
  id: string,
): Promise<UploadState | undefined> {
  if (!uploadId.test(id)) return undefined;
  const state = await readJson<UploadState>(context, keys.upload(id));
  return state?.repository === repository ? state : undefined;
}

async function existing(context: BucketContext, repository: string, id: string): Promise<UploadState> {
  const state = await stateOf(context, repository, id);
  if (state) return state;
  throw new RegistryError('BLOB_UPLOAD_UNKNOWN', `The repository "${repository}" has no such upload`);
}

function uploadOf(id: string, { repository, size, begun, touched }: UploadState): Upload {
  return { repository, id, size, begun: new Date(begun), touched: new Date(touched) };
}

function putTogetherAlready(size: number): RegistryError {
  return new RegistryError('BLOB_UPLOAD_INVALID', 'The upload is put together already', {
    status: 416,
    detail: { expected: size, actual: size },
  });
}
