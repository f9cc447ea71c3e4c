// An image on its way into the store: what its config says of its layers, and the layers once they are there.

import { CaissonError } from '../../../core/index.ts';
import {
  type Descriptor,
  type Digest,
  type ImageConfig,
  isDigest,
  type Manifest,
} from '../../../oci/index.ts';
import type { ImageStore, Store } from '../../../store/index.ts';

/** An image whose layers are to come. */
export interface ExpectedImage {
  readonly manifest: Buffer;
  readonly config: Buffer;
  readonly layers: readonly { readonly blob: Descriptor; readonly diffId: Digest }[];
}

/** Reads which layers an image has. Throws `MANIFEST_INVALID` where its config does not name each. */
export function expectImage(
  { config: { digest }, layers }: Manifest,
  manifest: Buffer,
  config: Buffer,
): ExpectedImage {
  const diffIds = diffIdsOf(config);
  if (diffIds?.length !== layers.length)
    throw new CaissonError(
      'MANIFEST_INVALID',
      `The config "${digest}" does not name a diffID for each of the ${layers.length} layers`,
      { hint: 'Build or push the image again with a current tool.' },
    );
  return {
    manifest,
    config,
    layers: layers.map((blob, position) => ({ blob, diffId: diffIds[position] ?? '' })),
  };
}

/** The image as the store records it; layers that came as mere blobs are unpacked. */
export async function receiveImage(
  store: Store,
  { manifest, config, layers }: ExpectedImage,
): Promise<Parameters<ImageStore['add']>[0]> {
  const unpacked = await Promise.all(layers.map(({ blob, diffId }) => store.layers.unpack(blob, diffId)));
  return { manifest, config, layers: unpacked.map(({ id }) => id) };
}

function diffIdsOf(config: Buffer): readonly Digest[] | undefined {
  try {
    const diffIds: unknown = (JSON.parse(config.toString()) as Partial<ImageConfig> | null)?.rootfs?.diff_ids;
    return Array.isArray(diffIds) && diffIds.every(isDigest) ? diffIds : undefined;
  } catch {
    return undefined;
  }
}
