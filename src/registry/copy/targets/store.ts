// Images that are written to the store.

import { Readable } from 'node:stream';
import { CaissonError } from '../../../core/index.ts';
import {
  type Digest,
  formatReference,
  type ImageConfig,
  type Manifest,
  parseReference,
} from '../../../oci/index.ts';
import type { LayerId, Store } from '../../../store/index.ts';
import { isImageManifest } from '../convert.ts';
import { parseManifest } from '../parse.ts';
import type { ImageTarget, ManifestBytes } from '../types.ts';
import { blobBytes } from './bytes.ts';

/** An image whose layers are unpacked. */
interface ReceivedImage {
  readonly config: Buffer;
  readonly manifest: Buffer;
  readonly layers: readonly LayerId[];
}

/** The image becomes what `name` gives in the store. What came before a failure is collected later, or found by the next try. */
export function storeTarget(store: Store, name: string): ImageTarget {
  const full = fullName(name);
  const lease = store.lease();
  const images = new Map<Digest, ReceivedImage>();
  const others: Digest[] = [];
  const receive = async ({ descriptor, bytes }: ManifestBytes): Promise<void> => {
    const parsed = parseManifest({ descriptor, bytes });
    if (parsed.kind === 'index') throw nested(descriptor.digest);
    if (isImageManifest(parsed.manifest))
      images.set(descriptor.digest, await unpack(store, parsed.manifest, bytes));
    else {
      const { config, layers } = parsed.manifest;
      store.content.put(bytes, descriptor.mediaType);
      others.push(descriptor.digest, config.digest, ...layers.map(({ digest }) => digest));
    }
  };
  return {
    name: `store:${name}`,
    keepsReferrers: false,
    verifiesBlobs: true,
    allowsForeignLayers: false,
    async putBlob(blob, options) {
      const { digest, size, mediaType } = blob.descriptor;
      if (store.content.size(digest) === size) return 'exists';
      const source = Readable.from(blobBytes(blob, options), { objectMode: false, highWaterMark: 1 });
      await store.content.ingest(source, mediaType, { digest, size });
      return 'uploaded';
    },
    putManifest: receive,
    async finish(root) {
      const parsed = parseManifest(root);
      if (parsed.kind === 'manifest') {
        if (!isImageManifest(parsed.manifest)) throw noImage(root);
        await receive(root);
      }
      await store.layers.sync();
      record(store, root, { images, others, names: full });
    },
    [Symbol.asyncDispose]: async () => lease[Symbol.dispose](),
  };
}

function record(
  store: Store,
  { descriptor, bytes }: ManifestBytes,
  {
    images,
    others,
    names,
  }: {
    readonly images: ReadonlyMap<Digest, ReceivedImage>;
    readonly others: readonly Digest[];
    readonly names: readonly string[];
  },
): void {
  const single = images.get(descriptor.digest);
  if (single) {
    store.images.add({ ...single, names });
    return;
  }
  if (images.size === 0) throw noImage({ descriptor, bytes });
  const digests = [...images.values()].map((image) => store.images.add(image).manifestDigest);
  store.images.addIndex({ index: bytes, images: digests, blobs: others, names });
}

async function unpack(store: Store, manifest: Manifest, bytes: Buffer): Promise<ReceivedImage> {
  const config = store.content.read(manifest.config.digest);
  const diffIds = (JSON.parse(config.toString()) as Partial<ImageConfig>).rootfs?.diff_ids;
  if (!Array.isArray(diffIds) || diffIds.length !== manifest.layers.length)
    throw new CaissonError(
      'MANIFEST_INVALID',
      `The config "${manifest.config.digest}" does not name a diffID for each of its ${manifest.layers.length} layers`,
    );
  const layers = await Promise.all(
    manifest.layers.map(async (layer, position) => {
      return (await store.layers.unpack(layer, String(diffIds[position]))).id;
    }),
  );
  return { config, manifest: bytes, layers };
}

/** By a digest alone an image has no name. Throws `NAME_HAS_DIGEST` for a name with both. */
function fullName(name: string): readonly string[] {
  const reference = parseReference(name);
  if (reference.digest === undefined) return [formatReference(reference)];
  throw new CaissonError('NAME_HAS_DIGEST', `"store:${name}" has a digest`, {
    hint: 'Name the image in the store by a repository and a tag.',
  });
}

function nested(digest: Digest): CaissonError {
  return new CaissonError(
    'FORMAT_UNFIT',
    `The index lists another index, "${digest}", which the store cannot keep`,
    {
      hint: 'Copy one platform with --platform, or copy to an OCI layout.',
    },
  );
}

function noImage({ descriptor }: ManifestBytes): CaissonError {
  return new CaissonError(
    'FORMAT_UNFIT',
    `"${descriptor.digest}" holds no image, but another kind of artifact`,
    {
      hint: 'The store keeps images; copy it to an OCI layout or a registry.',
    },
  );
}
