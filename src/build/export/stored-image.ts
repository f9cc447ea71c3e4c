// The exporter `image`: the image in the store under its names, and in a registry where that is asked for.

import { CaissonError } from '../../core/index.ts';
import { type Descriptor, type Digest, familiarName, parseReference } from '../../oci/index.ts';
import type { ImageRecord, LayerId, Store } from '../../store/index.ts';
import type { PreparedImage, PreparedLayer, PreparedPlatform } from './image.ts';
import type { ExportOptions, ExportServices, ImageOutput, ImageTransport } from './types.ts';

/** How an image is recorded. */
export interface RecordOptions extends ExportOptions {
  /** Settles when the layers that the build made are on the disk: no record points to what a loss of power could take. */
  readonly synced: Promise<void>;
}

/** Records the image, pushes it where asked to; gives the record that fits this machine best. Throws `PUSH_UNAVAILABLE`, `NAME_REQUIRED`. */
export async function storeImage(
  image: PreparedImage,
  output: ImageOutput,
  { store, transport }: ExportServices,
  { onEvent, signal, synced }: RecordOptions,
): Promise<ImageRecord | undefined> {
  const push = output.push || output.pushByDigest ? requireTransport(transport, output) : undefined;
  if (push) putBlobs(image, store);
  for (const name of push ? output.names : [])
    await push?.push(
      {
        name,
        byDigest: output.pushByDigest,
        insecure: output.insecure,
        root: image.root,
        blobs: await pushedBlobs(image, store),
        path: (digest) => store.content.path(digest),
      },
      { onEvent, signal },
    );
  return output.store ? record(image, output, store, synced) : undefined;
}

/** Says early that an output cannot be made. Throws `PUSH_UNAVAILABLE`, `NAME_REQUIRED`. */
export function requireTransport(
  transport: ImageTransport | undefined,
  { names }: ImageOutput,
): ImageTransport {
  if (names.length === 0)
    throw new CaissonError('NAME_REQUIRED', 'An image without a name cannot be pushed', {
      hint: 'Give it one with --tag or name=.',
    });
  if (transport) return transport;
  throw new CaissonError('PUSH_UNAVAILABLE', 'This build of Caisson cannot push to a registry', {
    hint: 'Write an archive with --output type=oci,dest=FILE and push it with another tool.',
  });
}

async function record(
  image: PreparedImage,
  output: ImageOutput,
  store: Store,
  synced: Promise<void>,
): Promise<ImageRecord> {
  const names = output.names;
  const [only] = image.platforms;
  if (image.index === undefined && only !== undefined) return recordPlatform(only, names, store, synced);
  const images: Digest[] = [];
  for (const platform of image.platforms)
    images.push((await recordPlatform(platform, [], store, synced)).manifestDigest);
  putAttached(image, store);
  const { digest } = store.images.addIndex({
    index: image.index ?? Buffer.alloc(0),
    images,
    blobs: image.attached.flatMap(({ blobs }) => blobs.map(({ descriptor }) => descriptor.digest)),
    names,
  });
  const found = store.images.find(digest) ?? (images[0] && store.images.find(images[0]));
  if (found) return found;
  throw new Error('An index needs an image');
}

async function recordPlatform(
  { config, manifest, layers }: PreparedPlatform,
  names: readonly string[],
  store: Store,
  synced: Promise<void>,
): Promise<ImageRecord> {
  const ids = await Promise.all(layers.map((layer) => storedLayer(layer, store)));
  await synced;
  if (layers.some(({ id }, position) => id !== ids[position])) await store.layers.sync();
  return store.images.add({ config, manifest, layers: ids, names });
}

/** Changed times and eStargz make another layer: the store gets it from its blob. */
async function storedLayer({ id, blob }: PreparedLayer, store: Store): Promise<LayerId> {
  const { diffId } = await store.layers.diff(id);
  return diffId === blob.diffId ? id : (await store.layers.unpack(blob.descriptor, blob.diffId)).id;
}

function putAttached({ attached }: PreparedImage, store: Store): void {
  for (const { blobs } of attached)
    for (const { bytes, descriptor } of blobs) store.content.put(bytes, descriptor.mediaType);
}

function putBlobs(image: PreparedImage, store: Store): void {
  const { platforms, index, root } = image;
  putAttached(image, store);
  for (const { config, manifest, descriptor } of platforms) {
    store.content.put(config, 'application/json');
    store.content.put(manifest, descriptor.mediaType);
  }
  if (index) store.content.put(index, root.mediaType);
}

/** Layers that have no blob get one. */
async function pushedBlobs(
  { platforms, attached }: PreparedImage,
  store: Store,
): Promise<readonly Descriptor[]> {
  const blobs = new Map<Digest, Descriptor>();
  for (const { layers, manifest, descriptor } of platforms) {
    const listed = JSON.parse(manifest.toString()) as {
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    };
    for (const [position, { blob }] of layers.entries()) {
      if (!store.content.has(blob.descriptor.digest))
        await store.content.ingest(await blob.open(), blob.descriptor.mediaType, blob.descriptor);
      blobs.set(blob.descriptor.digest, listed.layers[position] ?? blob.descriptor);
    }
    blobs.set(listed.config.digest, listed.config);
    blobs.set(descriptor.digest, descriptor);
  }
  for (const { descriptor } of attached.flatMap((manifest) => manifest.blobs))
    blobs.set(descriptor.digest, descriptor);
  return [...blobs.values()];
}

/** Further names that the exporter's options give: with the digest, or made of a prefix and the digest. */
export function digestNames(
  { nameCanonical, danglingNamePrefix, names }: ImageOutput,
  root: Digest,
): readonly string[] {
  if (names.length === 0 && danglingNamePrefix !== undefined) return [`${danglingNamePrefix}@${root}`];
  if (!nameCanonical) return [];
  return [...new Set(names.map((name) => `${repositoryOf(name)}@${root}`))];
}

function repositoryOf(name: string): string {
  const { domain, path } = parseReference(name);
  return familiarName({ domain, path });
}
