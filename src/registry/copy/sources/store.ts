// Images that are read from the store.

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CaissonError } from '../../../core/index.ts';
import { type Descriptor, type Digest, type Index, mediaTypes } from '../../../oci/index.ts';
import type { ImageRecord, LayerId, Store } from '../../../store/index.ts';
import type { ImageSource, ManifestBytes } from '../types.ts';

/** The image or index that `name` gives; nothing of it is collected until this is disposed. Throws `IMAGE_NOT_FOUND`. */
export function storeSource(store: Store, name: string): ImageSource {
  const index = store.images.findIndex(name);
  const image = store.images.find(name);
  if (!index && !image) throw notFound(name);
  const root = index?.digest ?? image?.manifestDigest ?? '';
  const layers = layersOf(index?.images ?? (image ? [image] : []));
  const lease = store.lease();
  lease.hold([...new Set(layers.values())]);
  return {
    name: `store:${name}`,
    root: async () => readManifest(store, root),
    manifest: async ({ digest }) => store.content.read(digest),
    blob: (descriptor, { offset = 0 }) => openBlob(store, layers, descriptor, offset),
    referrers: async () => [],
    has: ({ digest }) => store.content.has(digest),
    [Symbol.asyncDispose]: async () => lease[Symbol.dispose](),
  };
}

/** What was stored without a media type is told by what it lists (image-spec, manifest.md: `mediaType` is recommended). */
function readManifest(store: Store, digest: Digest): ManifestBytes {
  const bytes = store.content.read(digest);
  const { mediaType, manifests } = JSON.parse(bytes.toString()) as Partial<Index>;
  const type = mediaType ?? (manifests ? mediaTypes.ociIndex : mediaTypes.ociManifest);
  return { descriptor: { mediaType: type, digest, size: bytes.length }, bytes };
}

/** Which layer a manifest's layer blob is: built ones have their bytes only in their folders. */
function layersOf(images: readonly ImageRecord[]): ReadonlyMap<Digest, LayerId> {
  return new Map(
    images.flatMap(({ manifest, layers }) =>
      manifest.layers.flatMap(({ digest }, position): (readonly [Digest, LayerId])[] => {
        const id = layers[position];
        return id === undefined ? [] : [[digest, id]];
      }),
    ),
  );
}

async function openBlob(
  store: Store,
  layers: ReadonlyMap<Digest, LayerId>,
  { digest }: Descriptor,
  offset: number,
): Promise<Readable> {
  if (store.content.has(digest))
    return createReadStream(store.content.path(digest), { start: offset, highWaterMark: 1024 * 1024 });
  const id = layers.get(digest);
  if (id === undefined || (await store.layers.diff(id)).diffId !== digest) throw missing(digest);
  const tar = await store.layers.tar(id);
  return offset === 0 ? tar : Readable.from(from(tar, offset), { objectMode: false });
}

/** The bytes of a tar that is made anew each time, without the first `offset`. */
async function* from(tar: Readable, offset: number): AsyncGenerator<Buffer> {
  let left = offset;
  for await (const chunk of tar as AsyncIterable<Buffer>) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

function notFound(name: string): CaissonError {
  return new CaissonError('IMAGE_NOT_FOUND', `No such image: "${name}"`, {
    hint: "'caisson images' lists those in the store; 'caisson pull' brings one in.",
  });
}

function missing(digest: Digest): CaissonError {
  return new CaissonError('BLOB_NOT_FOUND', `Blob "${digest}" is not in the store`, {
    hint: 'Where the image has several platforms of which some are here, copy one with --platform.',
  });
}
