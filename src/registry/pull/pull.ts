// Pulling an image into the store: resolved, received, recorded; nothing is seen before all of it is there.

import { isCaissonError } from '../../core/index.ts';
import {
  formatReference,
  hostPlatform,
  isIndexType,
  parseReference,
  platformRank,
  type Reference,
} from '../../oci/index.ts';
import type { ContentStore, ImageRecord, LayerId, Lease, Store } from '../../store/index.ts';
import type { RemoteManifest, RemoteRepository } from '../types.ts';
import { blobReader } from './bytes.ts';
import { type Found, type FoundImage, findImages } from './found.ts';
import { nestedDigest } from './invalid.ts';
import { layerKey, receiveLayers } from './layers.ts';
import type { PulledName, PullImageOptions, PullServices } from './types.ts';
import { asVertex, planVertices } from './vertex.ts';

const usualParallelism = 4;

/**
 * Pulls what a name gives: of an index the image of one platform, or all. What is in the store already is not asked for again.
 * Throws `MANIFEST_NOT_FOUND`, `PLATFORM_NOT_FOUND`, `NOT_AN_IMAGE`, `DIGEST_MISMATCH`, and what the registry and the store say.
 */
export async function pullImage(
  { store, client }: PullServices,
  text: string,
  options: PullImageOptions,
): Promise<PulledName> {
  using lease = store.lease();
  const reference = parseReference(text);
  const name = formatReference(reference);
  const repository = client.repository(`${reference.domain}/${reference.path}`);
  const { root, found } = await resolved(repository, store.content, reference, options);
  const listed = found.images.flatMap(({ layers }) => layers);
  const layers = await receiveLayers(
    listed,
    { repository, layers: store.layers },
    {
      ...options,
      parallelism: options.parallelism ?? usualParallelism,
      known: new Map(found.images.flatMap((image) => knownLayers(store, lease, image))),
    },
  );
  for (const blob of found.blobs)
    if (!store.content.hold(blob.digest))
      await store.content.ingest(await repository.blob(blob, options), blob.mediaType, blob);
  await store.layers.sync();
  const before = idsOf(store, name);
  const images = record(store, found, layers, options.unnamed ? [] : namesOf(reference));
  store.blobSources.add(digestsOf(root, found), repository.name);
  const digest = root.descriptor.digest;
  const image = bestImage(images, options);
  return { name, digest, upToDate: images.every(({ id }) => before.has(id)), image };
}

/** The layers of an image that is there with all its blobs, by key. */
function knownLayers(
  store: Store,
  lease: Lease,
  { manifest, layers }: FoundImage,
): readonly (readonly [string, LayerId])[] {
  const image = store.images.find(manifest.descriptor.digest);
  if (!image || !layers.every(({ descriptor }) => store.content.hold(descriptor.digest))) return [];
  try {
    lease.hold(image.layers);
  } catch (error) {
    // Collected just now.
    if (isCaissonError(error, 'LAYER_NOT_FOUND')) return [];
    throw error;
  }
  return layers.map((layer, position) => [layerKey(layer), image.layers[position] ?? gone(layer.diffId)]);
}

/** Told as BuildKit tells of it. */
function resolved(
  repository: RemoteRepository,
  content: ContentStore,
  reference: Reference,
  options: PullImageOptions,
): Promise<{ readonly root: RemoteManifest; readonly found: Found }> {
  const name = formatReference(reference);
  const vertex = `[internal] load metadata for ${name}`;
  planVertices([vertex], options);
  return asVertex(vertex, options, async () => {
    const root = await repository.manifest(reference.digest ?? reference.tag ?? 'latest', options);
    const found = await findImages(blobReader(repository, content), root, name, options);
    if (reference.digest !== undefined) checkDigest(name, root, found);
    return { root, found };
  });
}

/** What is pulled by a digest has no name: it is found by that digest, or not at all. */
function checkDigest(name: string, root: RemoteManifest, { index, images }: Found): void {
  const [image] = images;
  const isBelow = isIndexType(root.descriptor.mediaType) && index === undefined;
  if (isBelow && image) throw nestedDigest(name, image.manifest.descriptor.digest);
}

/** One change of the store: an image of an index is seen with it. */
function record(
  store: Store,
  { index, images, attached, blobs }: Found,
  layers: ReadonlyMap<string, LayerId>,
  names: readonly string[],
): readonly ImageRecord[] {
  for (const { bytes, descriptor } of attached) store.content.put(bytes, descriptor.mediaType);
  return store.images.together(() => {
    const records = images.map((image) =>
      store.images.add({
        manifest: image.manifest.bytes,
        config: image.config,
        layers: layerIdsOf(image, layers),
        ...(index ? {} : { names }),
      }),
    );
    if (index)
      store.images.addIndex({
        index: index.bytes,
        images: records.map(({ manifestDigest }) => manifestDigest),
        blobs: [...attached.map(({ descriptor }) => descriptor.digest), ...blobs.map(({ digest }) => digest)],
        names,
      });
    return records.map(({ manifestDigest }) => store.images.find(manifestDigest) ?? gone(manifestDigest));
  });
}

function layerIdsOf({ layers }: FoundImage, received: ReadonlyMap<string, LayerId>): readonly LayerId[] {
  return layers.map(({ diffId }) => received.get(diffId) ?? gone(diffId));
}

function gone(what: string): never {
  throw new Error(`${what} was just brought in`);
}

/** Pulled by a digest it has no name. */
function namesOf({ digest, ...reference }: Reference): readonly string[] {
  return digest === undefined ? [formatReference(reference)] : [];
}

/** The ids of the images that the name gives in the store: the digest is another one where layers were compressed for a push. */
function idsOf({ images }: Store, name: string): ReadonlySet<string> {
  const found = images.findIndex(name)?.images ?? [images.find(name)];
  return new Set(found.flatMap((image) => image?.id ?? []));
}

/** Everything that the repository was seen to have. */
function digestsOf(root: RemoteManifest, { images, attached, blobs }: Found): readonly string[] {
  return [
    root.descriptor.digest,
    ...images.flatMap(({ manifest, layers }) => [
      manifest.descriptor.digest,
      ...layers.map(({ descriptor }) => descriptor.digest),
    ]),
    ...attached.map(({ descriptor }) => descriptor.digest),
    ...blobs.map(({ digest }) => digest),
  ];
}

/** Of several the one for the platform asked for, else the first. */
function bestImage(
  images: readonly ImageRecord[],
  { platform = hostPlatform() }: PullImageOptions,
): ImageRecord {
  const fits = images.filter((image) => platformRank(platform, image.platform) >= 0);
  return fits[0] ?? images[0] ?? gone('An image');
}
