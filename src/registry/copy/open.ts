// Opening the place that an image is read from or written to.

import type { Store } from '../../store/index.ts';
import type { RegistryClient } from '../types.ts';
import { formatPlace, type ImagePlace } from './names.ts';
import { dockerArchiveSource } from './sources/docker-archive.ts';
import { isLayout, layoutSource } from './sources/layout.ts';
import { registrySource } from './sources/registry.ts';
import { storeSource } from './sources/store.ts';
import { onDisk } from './targets/disk.ts';
import { layoutTarget } from './targets/layout.ts';
import { registryTarget } from './targets/registry.ts';
import { storeTarget } from './targets/store.ts';
import { tarTarget } from './targets/tar.ts';
import type { ImageSource, ImageTarget } from './types.ts';

/** What places are opened with. */
export interface PlaceServices {
  readonly store: Store;
  /** Made when it is first asked for. */
  readonly client: () => Promise<RegistryClient>;
}

/** How a place is opened. */
export interface PlaceOptions {
  readonly signal: AbortSignal;
  /** The registry may speak plain HTTP or have an unknown certificate. */
  readonly insecure?: boolean;
}

/** Opens a place to read from. Throws `IMAGE_NOT_FOUND`, `ARCHIVE_NOT_FOUND`, `ARCHIVE_INVALID`. */
export async function openSource(
  place: ImagePlace,
  { store, client }: PlaceServices,
  options: PlaceOptions,
): Promise<ImageSource> {
  if (place.kind === 'store') return storeSource(store, place.name);
  if (place.kind === 'registry') {
    const repository = (await client()).repository(repositoryOf(place), reach(options));
    return registrySource(repository, place.reference);
  }
  const files = await store.readArchive(place.path, options.signal);
  const name = formatPlace(place);
  if (place.kind === 'docker-archive' && !isLayout(files))
    return dockerArchiveSource(files, name, place.reference);
  return layoutSource(files, name, place.reference);
}

/** Opens a place to write to. Throws `TARGET_EXISTS`, `NAME_HAS_DIGEST`, `DISK_FULL`. */
export async function openTarget(
  place: ImagePlace,
  { store, client }: PlaceServices,
  options: PlaceOptions,
): Promise<ImageTarget> {
  switch (place.kind) {
    case 'store':
      return storeTarget(store, place.name);
    case 'registry': {
      const repository = (await client()).repository(repositoryOf(place), reach(options));
      return registryTarget(repository, place.reference, store.blobSources);
    }
    case 'oci':
      return await onDisk(place.path, () => layoutTarget(place.path, place.reference));
    default: {
      const { kind, path, reference } = place;
      return await onDisk(path, () => tarTarget(path, reference, kind));
    }
  }
}

function repositoryOf({ reference }: ImagePlace & { readonly kind: 'registry' }): string {
  return `${reference.domain}/${reference.path}`;
}

function reach({ insecure }: PlaceOptions): { readonly insecure?: boolean } {
  return insecure === undefined ? {} : { insecure };
}
