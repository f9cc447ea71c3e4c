// What an image adds to a manifest list.

import { isCaissonError } from '../../core/index.ts';
import type { Platform } from '../../oci/index.ts';
import {
  configOf,
  formatPlace,
  type ImagePlace,
  openSource,
  type PlaceOptions,
  type PlaceServices,
  parseManifest,
  parsePlace,
  verifiedSource,
} from '../copy/index.ts';
import type { ListMember } from './types.ts';

/**
 * The members that `image` stands for: itself, or all that its index lists. Without a prefix it is looked for in its registry,
 * then in the store. Throws `MANIFEST_NOT_FOUND` and what places throw.
 */
export async function membersOf(
  services: PlaceServices,
  image: string,
  options: PlaceOptions,
): Promise<readonly ListMember[]> {
  const place = parsePlace(image);
  try {
    return await membersAt(services, place, image, options);
  } catch (error) {
    const isElsewhere = place.kind === 'registry' && !image.startsWith('docker://') && isNotThere(error);
    if (!isElsewhere || !services.store.images.find(image)) throw error;
    return await membersAt(services, { kind: 'store', name: image }, image, options);
  }
}

function isNotThere(error: unknown): boolean {
  return isCaissonError(error, 'MANIFEST_NOT_FOUND') || isCaissonError(error, 'REPOSITORY_NOT_FOUND');
}

async function membersAt(
  services: PlaceServices,
  place: ImagePlace,
  named: string,
  options: PlaceOptions,
): Promise<readonly ListMember[]> {
  await using opened = await openSource(place, services, options);
  const source = verifiedSource(opened);
  const root = await source.root(options);
  const parsed = parseManifest(root);
  const at = formatPlace(place);
  if (parsed.kind === 'index')
    return parsed.index.manifests.map((descriptor) => ({ descriptor, place: at, named }));
  const config = await configOf(source, root, options);
  const descriptor = { ...root.descriptor, platform: platformOf(config) };
  return [{ descriptor, place: at, named }];
}

function platformOf({ architecture, os, variant, ...rest }: Platform): Platform {
  const { 'os.version': version, 'os.features': features } = rest;
  return {
    architecture,
    os,
    ...(version ? { 'os.version': version } : {}),
    ...(features?.length ? { 'os.features': features } : {}),
    ...(variant ? { variant } : {}),
  };
}
