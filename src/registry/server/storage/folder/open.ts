// A registry kept in a folder: a pool of content, an image layout for each repository, and a database that says what is where.

import { resolve } from 'node:path';
import { CaissonError, Scope, tryLock } from '../../../../core/index.ts';
import { isFullDisk, keepReserve, openWithReserve } from '../../../../store/index.ts';
import { defaultMostUploads } from '../open-uploads.ts';
import type { RegistryStorage } from '../types.ts';
import { forgetBlob, listBlobs, mountBlob, openBlob, useBlob } from './blobs.ts';
import { type FolderContext, folderContext } from './context.ts';
import { type CountedWork, countedWork } from './counted-work.ts';
import { discardContent } from './discard.ts';
import { openProgresses } from './hashing.ts';
import { openLayouts } from './layout.ts';
import { findManifest, forgetManifest, listManifests, putManifest, readManifest } from './manifests.ts';
import { preparePlaces } from './places.ts';
import { forgetRepository, listRepositories, repositoryId } from './repositories.ts';
import { steps } from './schema.ts';
import { sweep } from './sweep.ts';
import { forgetTag, listReferrers, listTags } from './tags.ts';
import { oneAtATime } from './turns.ts';
import {
  appendUpload,
  beginUpload,
  bootId,
  cancelUpload,
  findUpload,
  finishUpload,
  listUploads,
  type Uploading,
} from './uploads.ts';
import { usageOf } from './usage.ts';
import { verifyLayout } from './verify-layout.ts';

/** How a folder storage is opened. */
export interface FolderStorageOptions {
  readonly root: string;
  /** Only the process that serves takes uploads; collecting and checking do without. */
  readonly serving?: boolean;
  readonly mostUploads?: number;
  /** Told of image layouts that cannot be written; the registry itself goes on. */
  readonly warn?: (message: string, error: unknown) => void;
}

/** Opens the registry in a folder, making it where it is missing. Throws `REGISTRY_UNWRITABLE`, `REGISTRY_IN_USE`, `DISK_FULL`. */
export async function openFolderStorage(options: FolderStorageOptions): Promise<RegistryStorage> {
  try {
    return await openStorage({ ...options, root: resolve(options.root) });
  } catch (error) {
    throw explained(error, options.root);
  }
}

function explained(cause: unknown, root: string): unknown {
  if (!isFullDisk(cause, root)) return cause;
  return new CaissonError('DISK_FULL', `No space is left on the disk of "${root}"`, {
    cause,
    hint: 'Free space with `caisson registry gc`, or by deleting other files on that disk.',
  });
}

async function openStorage(options: FolderStorageOptions): Promise<RegistryStorage> {
  await using scope = new Scope();
  const places = preparePlaces(options.root);
  if (options.serving ?? true) scope.use(lockRoot(places.root, places.lock));
  scope.defer(() => keepReserve(places.root));
  // The reserve is for opening and for deleting; what is pushed must not take it.
  const deletions = countedWork();
  const opening = { root: places.root, database: places.database, steps, mayGive: deletions.isRunning };
  const database = scope.use(await openWithReserve(opening));
  keepReserve(places.root);
  const layouts = scope.use(
    openLayouts(places, database, (name, error) =>
      options.warn?.(`The image layout of "${name}" cannot be written`, error),
    ),
  );
  const context = scope.use(await folderContext(places, database, layouts.changed));
  const opened = scope.move();
  const uploading: Uploading = {
    context,
    progresses: openProgresses(),
    mostOpen: options.mostUploads ?? defaultMostUploads,
    boot: bootId(),
  };
  return {
    ...storageOf(context, uploading, (work) =>
      deletions.run(work).catch((error: unknown) => {
        throw explained(error, places.root);
      }),
    ),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

function lockRoot(root: string, path: string): Disposable {
  const lock = tryLock(path);
  if (lock) return lock;
  throw new CaissonError('REGISTRY_IN_USE', `Another process serves the registry in "${root}"`, {
    hint: 'Stop it first, or choose another folder with --root.',
  });
}

function storageOf(
  context: FolderContext,
  uploading: Uploading,
  deleting: CountedWork['run'],
): Omit<RegistryStorage, typeof Symbol.asyncDispose> {
  const inTurn = oneAtATime();
  return {
    repositories: async (page) => listRepositories(context, page),
    hasRepository: async (repository) => repositoryId(context, repository) !== undefined,
    deleteRepository: (repository) => deleting(() => forgetRepository(context, repository)),
    blob: async (repository, digest) => useBlob(context, repository, digest),
    openBlob: (repository, digest) => openBlob(context, repository, digest),
    mountBlob: (repository, digest, from) => mountBlob(context, repository, digest, from),
    deleteBlob: (repository, digest, { unusedSince } = {}) =>
      deleting(() => forgetBlob(context, repository, digest, unusedSince)),
    blobs: async (repository, page) => listBlobs(context, repository, page),
    beginUpload: (repository, client) => beginUpload(uploading, repository, client),
    upload: (repository, id) => findUpload(uploading, repository, id),
    appendUpload: (repository, id, source, options) =>
      inTurn(id, () => appendUpload(uploading, repository, id, source, options)),
    finishUpload: (repository, id, digest) =>
      inTurn(id, () => finishUpload(uploading, repository, id, digest)),
    cancelUpload: (repository, id) =>
      deleting(() => inTurn(id, () => cancelUpload(uploading, repository, id))),
    uploads: () => listUploads(uploading),
    putManifest: (repository, manifest, tag) => putManifest(context, repository, manifest, tag),
    manifest: (repository, reference) => readManifest(context, repository, reference),
    manifestRecord: async (repository, reference) => findManifest(context, repository, reference),
    deleteManifest: (repository, digest, { unusedSince } = {}) =>
      deleting(() => forgetManifest(context, repository, digest, unusedSince)),
    manifests: async (repository, page) => listManifests(context, repository, page),
    tags: async (repository, page) => listTags(context, repository, page),
    deleteTag: (repository, tag, { unusedSince } = {}) =>
      deleting(() => forgetTag(context, repository, tag, unusedSince)),
    referrers: (repository, subject, which) => listReferrers(context, repository, subject, which),
    sweep: (options) => deleting(() => sweep(uploading, options)),
    usage: async (repository) => usageOf(context, repository),
    verifyLayout: (repository, { repair }) => verifyLayout(context, repository, repair),
    discard: (digest) => deleting(() => discardContent(context, digest)),
  };
}
