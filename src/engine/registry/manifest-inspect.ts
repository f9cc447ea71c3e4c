// Looking at manifests and indexes, wherever they are: lists that are made here, registries, the store, layouts.

import { isCaissonError } from '../../core/index.ts';
import type { ImageSource } from '../../registry/index.ts';
import type { InspectedManifest, InspectManifestRequest } from '../types.ts';
import type { RegistryServices } from './services.ts';

/** The manifest; with `members` also the image manifests that an index lists. Throws `MANIFEST_NOT_FOUND` and what places throw. */
export async function inspectManifest(
  services: RegistryServices,
  reference: string,
  request: InspectManifestRequest,
): Promise<InspectedManifest> {
  const { listSource, openManifestLists, openSource, parsePlace } = await import('../../registry/index.ts');
  const place = parsePlace(reference);
  if (place.kind !== 'registry') return await read(await openSource(place, services, request), request);
  const list = openManifestLists(services.store.root).find(reference.replace(/^docker:\/\//, ''));
  if (list) return await read(listSource(list, services, request), request);
  try {
    return await read(await openSource(place, services, request), request);
  } catch (error) {
    // What no registry has may be in the store.
    if (!isCaissonError(error) || !services.store.images.find(reference)) throw error;
    return await read(await openSource({ kind: 'store', name: reference }, services, request), request);
  }
}

async function read(opened: ImageSource, request: InspectManifestRequest): Promise<InspectedManifest> {
  const { configOf, isImageManifest, parseManifest, verifiedSource } = await import(
    '../../registry/index.ts'
  );
  await using source = verifiedSource(opened);
  const root = await source.root(request);
  const parsed = parseManifest(root);
  if (!request.members) return { root, members: [] };
  if (parsed.kind === 'index') {
    const members = parsed.index.manifests.map(async (descriptor) => ({
      descriptor,
      bytes: await source.manifest(descriptor, request),
    }));
    return { root, members: await Promise.all(members) };
  }
  if (!isImageManifest(parsed.manifest)) return { root, members: [root] };
  const { os, architecture, variant } = await configOf(source, root, request);
  const platform = { architecture, os, ...(variant ? { variant } : {}) };
  return { root, members: [{ descriptor: { ...root.descriptor, platform }, bytes: root.bytes }] };
}
