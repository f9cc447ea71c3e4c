// Where things lie in the folder of a registry; the one place that makes paths of names, digests and ids.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../../../../core/index.ts';
import type { Digest } from '../../../../oci/index.ts';
import { registryFolder } from '../../../../store/index.ts';
import { parseDigest } from '../../digests.ts';

/** The files and folders of a registry. */
export interface Places {
  readonly root: string;
  readonly database: string;
  /** Held by the one process that serves. */
  readonly lock: string;
  /** Held while image layouts are written. */
  readonly layoutLock: string;
  readonly uploads: string;
  /** A blob or manifest in the pool. */
  readonly content: (digest: Digest) => string;
  /** The image layout of a repository. */
  readonly layout: (repository: string) => string;
  readonly upload: (id: string) => string;
}

const algorithms = ['sha256', 'sha512'] as const;
const uploadId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Makes the folders where they are missing. Throws `REGISTRY_UNWRITABLE`, `REGISTRY_ROOT_TAKEN`. */
export function preparePlaces(root: string): Places {
  if (existsSync(join(root, 'store.db'))) throw taken(root);
  try {
    for (const algorithm of algorithms) mkdirSync(join(root, 'blobs', algorithm), { recursive: true });
    for (const folder of ['uploads', 'repositories']) mkdirSync(join(root, folder), { recursive: true });
  } catch (cause) {
    throw new CaissonError('REGISTRY_UNWRITABLE', `The registry's folder "${root}" cannot be made`, {
      cause,
      hint: 'Choose a folder you may write to with --root.',
    });
  }
  return {
    root,
    database: join(root, 'registry.db'),
    lock: join(root, 'serve.lock'),
    layoutLock: join(root, 'layout.lock'),
    uploads: join(root, 'uploads'),
    content: (digest) => poolPath(root, digest),
    layout: (repository) => join(root, 'repositories', folderOf(repository)),
    upload: (id) => join(root, 'uploads', checkedId(id)),
  };
}

/** The store would collect what only the registry knows. */
function taken(root: string): CaissonError {
  return new CaissonError('REGISTRY_ROOT_TAKEN', `"${root}" is the folder of a store, not of a registry`, {
    hint: `Choose another one with --root; "${registryFolder(root)}" shares its content with the store.`,
  });
}

function poolPath(root: string, digest: Digest): string {
  const { algorithm, hex } = parseDigest(digest);
  return join(root, 'blobs', algorithm, hex);
}

/** A name has no `+`, so that one with it stands for one repository, and no repository lies within another's folder. */
function folderOf(repository: string): string {
  if (!/^[a-z0-9][a-z0-9._/-]*$/.test(repository) || repository.includes('..')) {
    throw new CaissonError('NAME_INVALID', `"${repository}" is not the name of a repository`);
  }
  return repository.replaceAll('/', '+');
}

/** Whether `id` is of the form that uploads have. */
export function isUploadId(id: string): boolean {
  return uploadId.test(id);
}

function checkedId(id: string): string {
  if (isUploadId(id)) return id;
  throw new CaissonError('UPLOAD_ID_INVALID', `"${id}" is not the id of an upload`);
}
