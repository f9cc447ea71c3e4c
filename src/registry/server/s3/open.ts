// A registry kept in a bucket of an S3-compatible service.

import { oneAtATime } from '../storage/folder/index.ts';
import { defaultMostUploads } from '../storage/open-uploads.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { forgetBlob, listBlobs, mountBlob, openBlob, useBlob } from './blobs.ts';
import { openBucket } from './bucket.ts';
import { countUploads, holdUpload, type Uploading } from './counted.ts';
import { keys } from './keys.ts';
import { awsCredentials, parseLocation } from './location.ts';
import {
  findManifest,
  forgetManifest,
  forgetTag,
  listManifests,
  listReferrers,
  listTags,
  putManifest,
  readManifest,
} from './manifests.ts';
import type { BucketContext } from './objects.ts';
import { forgetRepository, listRepositories, usageOf } from './repositories.ts';
import { s3Requests } from './requests.ts';
import { discardContent, sweep } from './sweep.ts';
import { appendUpload, beginUpload, cancelUpload, findUpload, finishUpload, listUploads } from './uploads.ts';

/** How a bucket is opened. */
export interface BucketStorageOptions {
  /** `s3:https://endpoint/bucket?region=…&prefix=…` */
  readonly location: string;
  readonly environment?: NodeJS.ProcessEnv;
  readonly mostUploads?: number;
}

/** Opens the registry in a bucket, which must be there. Throws `STORAGE_INVALID`, `STORAGE_FAILED`. */
export async function openBucketStorage({
  location,
  environment = process.env,
  mostUploads: mostOpen = defaultMostUploads,
}: BucketStorageOptions): Promise<RegistryStorage> {
  const place = parseLocation(location, environment);
  const requests = s3Requests(place, awsCredentials(environment));
  const context: BucketContext = { bucket: openBucket(requests, place.prefix), inTurn: oneAtATime() };
  const uploading: Uploading = {
    context,
    hashes: new Map(),
    clients: new Map(),
    busy: new Set(),
    counted: { at: 0 },
    mostOpen,
  };
  try {
    await countUploads(uploading);
  } catch (error) {
    requests[Symbol.dispose]();
    throw error;
  }
  return { ...storageOf(context, uploading), [Symbol.asyncDispose]: async () => requests[Symbol.dispose]() };
}

function storageOf(
  context: BucketContext,
  uploading: Uploading,
): Omit<RegistryStorage, typeof Symbol.asyncDispose> {
  const { bucket, inTurn } = context;
  return {
    repositories: (page) => listRepositories(context, page),
    hasRepository: (repository) => bucket.has(keys.name(repository)),
    deleteRepository: (repository) => forgetRepository(context, repository),
    blob: (repository, digest) => useBlob(context, repository, digest),
    openBlob: (repository, digest) => openBlob(context, repository, digest),
    mountBlob: (repository, digest, from) => mountBlob(context, repository, digest, from),
    deleteBlob: (repository, digest, { unusedSince } = {}) =>
      forgetBlob(context, repository, digest, unusedSince),
    blobs: (repository, page) => listBlobs(context, repository, page),
    beginUpload: (repository, client) => beginUpload(uploading, repository, client),
    upload: (repository, id) => findUpload(uploading, repository, id),
    appendUpload: (repository, id, source, options) =>
      holdUpload(uploading, id, () => appendUpload(uploading, repository, id, source, options)),
    finishUpload: (repository, id, digest) =>
      holdUpload(uploading, id, () => finishUpload(uploading, repository, id, digest)),
    cancelUpload: (repository, id) => inTurn(id, () => cancelUpload(uploading, repository, id)),
    uploads: () => listUploads(uploading),
    putManifest: (repository, manifest, tag) => putManifest(context, repository, manifest, tag),
    manifest: (repository, reference) => readManifest(context, repository, reference),
    manifestRecord: (repository, reference) => findManifest(context, repository, reference),
    deleteManifest: (repository, digest, { unusedSince } = {}) =>
      forgetManifest(context, repository, digest, unusedSince),
    manifests: (repository, page) => listManifests(context, repository, page),
    tags: (repository, page) => listTags(context, repository, page),
    deleteTag: (repository, tag, { unusedSince } = {}) => forgetTag(context, repository, tag, unusedSince),
    referrers: (repository, subject, which) => listReferrers(context, repository, subject, which),
    sweep: (options) => sweep(uploading, options),
    discard: (digest) => discardContent(context, digest),
    usage: (repository) => usageOf(context, repository),
  };
}
