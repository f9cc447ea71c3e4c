// Where a registry keeps its content: a folder, or a bucket of an S3-compatible service.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import type { RegistryStorage } from '../../registry/index.ts';
import { defaultRoot, registryFolder } from '../../store/index.ts';

/** A folder, or a bucket instead. */
export interface RegistryPlace {
  /** Default: `registry` in the root of the store. */
  readonly root?: string;
  /** `s3:https://endpoint/bucket?region=…&prefix=…` */
  readonly storage?: string;
}

/** How a registry's content is opened. */
export interface PlaceOptions {
  /** Whether uploads will be taken; only one process may do so in a folder. */
  readonly serving: boolean;
  readonly mostUploads?: number;
  readonly warn?: (message: string, error: unknown) => void;
}

/** Where registries are kept that are given no folder. */
export function defaultRegistryRoot(storeRoot: string = defaultRoot()): string {
  return registryFolder(storeRoot);
}

/** Opens what is kept there. Throws `REGISTRY_NOT_FOUND` when it is not to be served, `REGISTRY_IN_USE`, `STORAGE_INVALID`, `STORAGE_FAILED`. */
export async function openPlace(
  { root = defaultRegistryRoot(), storage }: RegistryPlace,
  options: PlaceOptions,
): Promise<RegistryStorage> {
  const { loadRegistryServer } = await import('../../registry/index.ts');
  const { openBucketStorage, openFolderStorage } = await loadRegistryServer();
  if (storage !== undefined) return openBucketStorage({ location: storage, ...options });
  if (!options.serving && !existsSync(join(root, 'registry.db')))
    throw new CaissonError('REGISTRY_NOT_FOUND', `There is no registry in "${root}"`, {
      hint: 'Say where it is with --root, or with --storage.',
    });
  return openFolderStorage({ root, ...options });
}
