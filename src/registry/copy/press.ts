// Compressing an image's layers anew on their way. The bytes are kept in the store meanwhile: their digests must be known first.

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { CaissonError, messageOf } from '../../core/index.ts';
import { type Descriptor, type Digest, type Manifest, mediaTypes } from '../../oci/index.ts';
import { compressed, decompressed, layerMediaType, type Store } from '../../store/index.ts';
import { isForeign } from '../foreign.ts';
import { asVertex } from '../pull/index.ts';
import { converted, isImageManifest, layerType } from './convert.ts';
import { parseManifest } from './parse.ts';
import { rewritten } from './rewrite.ts';
import type { CopiedTree } from './tree.ts';
import type { CopyOptions, ImageSource, LayerPress } from './types.ts';

/** The tree with all layers in the press's compression, and a source that has them. The store must be leased. */
export async function pressed(
  source: ImageSource,
  tree: CopiedTree,
  press: LayerPress,
  options: CopyOptions,
): Promise<{ readonly tree: CopiedTree; readonly source: ImageSource }> {
  const wanted = layerMediaType(press.compression.kind);
  // Docker's format knows no zstd.
  const given = press.compression.kind === 'zstd' ? converted(tree, 'oci') : tree;
  const made = new Map<Digest, Descriptor>();
  for (const layer of layersOf(given))
    if (layerType(layer.mediaType, 'oci') !== wanted && !made.has(layer.digest))
      made.set(layer.digest, await pressLayer(source, layer, press, options));
  const changed = rewritten(given, {
    manifest: (manifest) => withLayers(manifest, made),
    indexType: (mediaType) => mediaType,
  });
  return {
    tree: changed,
    source: withBlobs(source, press.store, new Set([...made.values()].map(({ digest }) => digest))),
  };
}

/** Layers that are to be fetched elsewhere stay. */
function layersOf({ root, below }: CopiedTree): readonly Descriptor[] {
  return [...below, root].flatMap((each) => {
    const parsed = parseManifest(each);
    if (parsed.kind === 'index' || !isImageManifest(parsed.manifest)) return [];
    return parsed.manifest.layers.filter((layer) => !isForeign(layer));
  });
}

function pressLayer(
  source: ImageSource,
  layer: Descriptor,
  { store, compression }: LayerPress,
  options: CopyOptions,
): Promise<Descriptor> {
  return asVertex(`compressing ${layer.digest}`, options, async () => {
    const bytes = await source.blob(layer, options);
    const tar = Readable.from(
      decompressed(bytes, (cause) => corrupt(layer, cause)),
      { objectMode: false },
    );
    const stop = (): unknown => tar.destroy(options.signal.reason as Error);
    options.signal.addEventListener('abort', stop, { once: true });
    try {
      const packed = Readable.from(compressed(tar, compression), { objectMode: false });
      return await store.content.ingest(packed, layerMediaType(compression.kind));
    } finally {
      options.signal.removeEventListener('abort', stop);
    }
  });
}

function withLayers(manifest: Manifest, made: ReadonlyMap<Digest, Descriptor>): Manifest | undefined {
  if (!manifest.layers.some(({ digest }) => made.has(digest))) return undefined;
  const format = manifest.mediaType === mediaTypes.dockerManifest ? 'docker' : 'oci';
  return {
    ...manifest,
    layers: manifest.layers.map((layer) => {
      const other = made.get(layer.digest);
      // What is at its addresses is what it was before.
      const { urls: _, ...rest } = layer;
      return other ? { ...rest, ...other, mediaType: layerType(other.mediaType, format) } : layer;
    }),
  };
}

function withBlobs(source: ImageSource, { content }: Store, made: ReadonlySet<Digest>): ImageSource {
  return {
    ...source,
    repositoryOf: (blob) => (made.has(blob.digest) ? undefined : source.repositoryOf?.(blob)),
    blob: async (blob, options) =>
      made.has(blob.digest)
        ? createReadStream(content.path(blob.digest), {
            start: options.offset ?? 0,
            highWaterMark: 1024 * 1024,
          })
        : source.blob(blob, options),
  };
}

function corrupt({ digest }: Descriptor, cause: unknown): CaissonError {
  return new CaissonError(
    'LAYER_INVALID',
    `The layer "${digest}" cannot be decompressed: ${messageOf(cause)}`,
    {
      hint: 'The image there is damaged; push or save it again.',
      cause,
    },
  );
}
