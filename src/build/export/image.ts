// The image of a solved build: config and manifest as blobs, recorded with its names.

import { type Digest, type Index, type Manifest, mediaTypes, sha256 } from '../../oci/index.ts';
import type { ImageRecord, LayerDiff, LayerId, Store } from '../../store/index.ts';
import type { ImageTemplate } from '../types.ts';
import { imageConfigBytes } from './config.ts';
import { goJson } from './go-json.ts';
import { completeHistory } from './history.ts';
import { rfc3339Nano } from './timestamp.ts';

/** How an image is recorded. */
export interface AssembleOptions {
  readonly names: readonly string[];
  /** Whether layers were made that a loss of power could still take: they are written to the disk before the image is recorded. */
  readonly changed: boolean;
  /** Milliseconds since 1970 (`SOURCE_DATE_EPOCH`): no time in the image is later. */
  readonly epoch?: number | undefined;
}

/** Puts together the image whose layers are `layers` (bottom first) and adds it to the store under its names. */
export async function assembleImage(
  template: ImageTemplate,
  layers: readonly LayerId[],
  store: Store,
  { names, changed, epoch }: AssembleOptions,
): Promise<ImageRecord> {
  const [diffs] = await Promise.all([
    Promise.all(layers.map((layer) => store.layers.diff(layer))),
    changed ? store.layers.sync() : undefined,
  ]);
  const created = layers.map((layer) => rfc3339Nano(store.layers.get(layer)?.created ?? 0));
  const config = imageConfigBytes(template, {
    history: completeHistory(template, created, epoch),
    diffIds: diffs.map((diff) => diff.diffId),
    epoch,
  });
  const manifest = manifestBytes(sha256(config), config.length, diffs);
  return store.images.add({ config, manifest, layers, names });
}

/** Layers are described uncompressed: the digest of a layer's bytes is its diffID. */
function manifestBytes(configDigest: Digest, configSize: number, diffs: readonly LayerDiff[]): Buffer {
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: { mediaType: mediaTypes.ociConfig, digest: configDigest, size: configSize },
    layers: diffs.map(({ diffId, size }) => ({ mediaType: mediaTypes.ociLayer, digest: diffId, size })),
  };
  return Buffer.from(goJson(manifest));
}

/** Records images of several platforms as one index under its names; gives the image that fits this machine best. */
export function addIndex(
  images: readonly ImageRecord[],
  names: readonly string[],
  store: Store,
): ImageRecord {
  const index: Index = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociIndex,
    manifests: images.map(({ manifest, manifestDigest, manifestSize, platform }) => ({
      mediaType: manifest.mediaType,
      digest: manifestDigest,
      size: manifestSize,
      platform,
    })),
  };
  const { digest } = store.images.addIndex({
    index: Buffer.from(goJson(index)),
    images: images.map(({ manifestDigest }) => manifestDigest),
    names,
  });
  return store.images.find(digest) ?? expectImage(images);
}

function expectImage([first]: readonly ImageRecord[]): ImageRecord {
  if (first === undefined) throw new Error('An index needs an image');
  return first;
}
