// A manifest list as a place that is copied from: its index is made here, its images are where they were found.

import { CaissonError } from '../../core/index.ts';
import type { Descriptor, Digest } from '../../oci/index.ts';
import {
  type ImageSource,
  openSource,
  type PlaceOptions,
  type PlaceServices,
  parseManifest,
  parsePlace,
} from '../copy/index.ts';
import { listBytes } from './list-bytes.ts';
import type { ManifestList } from './types.ts';

/** The list as a source; disposing closes the places of its members. */
export function listSource(list: ManifestList, services: PlaceServices, options: PlaceOptions): ImageSource {
  const opened = new Map<string, Promise<ImageSource>>();
  const owners = new Map<Digest, Promise<ImageSource>>();
  const open = (place: string): Promise<ImageSource> => {
    const known = opened.get(place) ?? openSource(parsePlace(place), services, options);
    opened.set(place, known);
    return known;
  };
  for (const { descriptor, place } of list.members) owners.set(descriptor.digest, open(place));
  const resolved = new Map<Digest, ImageSource>();
  const ownerOf = async ({ digest }: Descriptor): Promise<ImageSource> => {
    const owner = await owners.get(digest);
    if (!owner) throw new CaissonError('BLOB_NOT_FOUND', `"${list.name}" lists no blob "${digest}"`);
    resolved.set(digest, owner);
    return owner;
  };
  return {
    name: list.name,
    repositoryOf: (descriptor) => resolved.get(descriptor.digest)?.repositoryOf?.(descriptor),
    root: async () => listBytes(list),
    async manifest(descriptor, request) {
      const owner = await ownerOf(descriptor);
      const bytes = await owner.manifest(descriptor, request);
      for (const below of listedIn({ descriptor, bytes })) {
        owners.set(below.digest, Promise.resolve(owner));
        resolved.set(below.digest, owner);
      }
      return bytes;
    },
    blob: async (descriptor, request) => (await ownerOf(descriptor)).blob(descriptor, request),
    referrers: async () => [],
    async [Symbol.asyncDispose]() {
      const sources = await Promise.allSettled(opened.values());
      for (const each of sources) if (each.status === 'fulfilled') await each.value[Symbol.asyncDispose]();
    },
  };
}

function listedIn(manifest: Parameters<typeof parseManifest>[0]): readonly Descriptor[] {
  const parsed = parseManifest(manifest);
  if (parsed.kind === 'index') return parsed.index.manifests;
  return [parsed.manifest.config, ...parsed.manifest.layers];
}
