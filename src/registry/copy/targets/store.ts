// Images that are written to the store.

import { Readable } from 'node:stream';
import { CaissonError } from '../../../core/index.ts';
import { type Descriptor, type Digest, formatReference, parseReference } from '../../../oci/index.ts';
import type { Store } from '../../../store/index.ts';
import { nestedIndex } from '../../pull/index.ts';
import type { BlobPush, PushedBlob } from '../../types.ts';
import { isImageManifest } from '../convert.ts';
import { parseManifest } from '../parse.ts';
import type { ImageOrigin, ImageTarget, ManifestBytes, PutBlobOptions } from '../types.ts';
import { blobBytes } from './bytes.ts';
import { type ExpectedImage, expectImage, receiveImage } from './store-image.ts';

/** What is on its way into the store. */
interface Arrival {
  readonly store: Store;
  /** In the order of the manifests. */
  readonly images: Map<Digest, ExpectedImage>;
  /** DiffIDs of layers by the digests of their blobs. */
  readonly diffIds: Map<Digest, Digest>;
  /** Manifests that are no images, and what these list. */
  readonly others: Set<Digest>;
  /** The repositories that manifests and blobs come from, `docker.io/library/busybox`. */
  readonly origins: Map<Digest, string>;
}

/** The image becomes what `name` gives in the store. What came before a failure is found by the next try, or collected. */
export function storeTarget(store: Store, name: string): ImageTarget {
  const names = fullNames(name);
  const lease = store.lease();
  const arrival: Arrival = {
    store,
    images: new Map(),
    diffIds: new Map(),
    others: new Set(),
    origins: new Map(),
  };
  return {
    name: `store:${name}`,
    keepsReferrers: false,
    verifiesBlobs: true,
    allowsForeignLayers: false,
    expect: (manifests, origin) => expect(arrival, manifests, origin),
    putBlob: (blob, options) => putBlob(arrival, blob, options),
    putManifest: async ({ descriptor, bytes }) => {
      const image = arrival.images.get(descriptor.digest);
      if (image) await receiveImage(store, image);
      else store.content.put(bytes, descriptor.mediaType);
    },
    async finish({ descriptor, bytes }) {
      const single = arrival.images.get(descriptor.digest);
      const images = [...arrival.images.values()];
      const received = await Promise.all(images.map((image) => receiveImage(store, image)));
      await store.layers.sync();
      rememberOrigins(arrival);
      if (single) {
        for (const image of received) store.images.add({ ...image, names });
        return;
      }
      const digests = received.map((image) => store.images.add(image).manifestDigest);
      store.images.addIndex({ index: bytes, images: digests, blobs: [...arrival.others], names });
    },
    [Symbol.asyncDispose]: async () => lease[Symbol.dispose](),
  };
}

const nestedHint = 'Copy one platform with --platform, or copy to an OCI layout.';

/** Throws `FORMAT_UNFIT` for what the store cannot keep. */
async function expect(
  arrival: Arrival,
  manifests: readonly ManifestBytes[],
  { read, repositoryOf }: ImageOrigin,
): Promise<void> {
  const { store, images, diffIds, others } = arrival;
  const root = manifests.at(-1)?.descriptor.digest;
  for (const manifest of manifests) {
    const { digest } = manifest.descriptor;
    note(arrival, manifest.descriptor, repositoryOf);
    const parsed = parseManifest(manifest);
    if (parsed.kind === 'index') {
      if (digest !== root) throw nestedIndex(digest, nestedHint);
    } else if (isImageManifest(parsed.manifest)) {
      const image = expectImage(parsed.manifest, manifest.bytes, await read(parsed.manifest.config));
      store.content.put(image.config, parsed.manifest.config.mediaType);
      images.set(digest, image);
      for (const { blob, diffId } of image.layers) diffIds.set(blob.digest, diffId);
    } else {
      const { config, layers } = parsed.manifest;
      for (const each of [digest, config.digest, ...layers.map((layer) => layer.digest)]) others.add(each);
    }
  }
  if (images.size === 0 || (root !== undefined && others.has(root))) throw noImage(root ?? '');
}

function note({ origins }: Arrival, blob: Descriptor, repositoryOf: ImageOrigin['repositoryOf']): void {
  const from = repositoryOf(blob);
  if (from) origins.set(blob.digest, `${from.domain}/${from.path}`);
}

/** A push to the same registry mounts what came from there. */
function rememberOrigins({ store, origins }: Arrival): void {
  for (const [repository, found] of Map.groupBy(origins, ([, name]) => name))
    store.blobSources.add(
      found.map(([digest]) => digest),
      repository,
    );
}

async function putBlob(arrival: Arrival, blob: PushedBlob, options: PutBlobOptions): Promise<BlobPush> {
  const { store, diffIds } = arrival;
  note(arrival, blob.descriptor, () => options.from);
  const { digest, size, mediaType } = blob.descriptor;
  if (store.content.hold(digest)) return 'exists';
  const diffId = diffIds.get(digest);
  // A layer that is there in another form: these bytes are kept, too, and can be copied on; its image checks them.
  if (diffId === undefined || store.layers.byDiffId(diffId)) {
    const source = Readable.from(blobBytes(blob, options), { objectMode: false, highWaterMark: 1 });
    await store.content.ingest(source, mediaType, { digest, size });
  } else {
    const onProgress = options.onProgress ?? (() => {});
    const open = async (offset: number): Promise<Readable> => await blob.open(offset);
    const { signal } = options;
    await store.layers.receive(blob.descriptor, diffId, { open, signal, onProgress, onWait: onProgress });
  }
  return 'uploaded';
}

function fullNames(name: string): readonly string[] {
  const reference = parseReference(name);
  if (reference.digest === undefined) return [formatReference(reference)];
  throw new CaissonError('NAME_HAS_DIGEST', `"store:${name}" has a digest`, {
    hint: 'Name the image in the store by a repository and a tag.',
  });
}

function noImage(digest: Digest): CaissonError {
  return new CaissonError('FORMAT_UNFIT', `"${digest}" holds no image, but another kind of artifact`, {
    hint: 'The store keeps images; copy it to an OCI layout or a registry.',
  });
}
