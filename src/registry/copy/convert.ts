// Giving images the manifests of the other format: OCI's, or Docker's v2 schema 2. Blobs stay as they are.

import { isLayerType, type Manifest, mediaTypes } from '../../oci/index.ts';
import { rewritten } from './rewrite.ts';
import type { CopiedTree } from './tree.ts';
import type { ManifestFormat } from './types.ts';

/** The tree with its images and indexes in `format`; artifacts and attestations, which Docker's has no form for, stay. */
export function converted(tree: CopiedTree, format: ManifestFormat): CopiedTree {
  return rewritten(tree, {
    manifest: (manifest) => convertManifest(manifest, format),
    indexType: () => (format === 'oci' ? mediaTypes.ociIndex : mediaTypes.dockerIndex),
  });
}

/** Whether a manifest is an image that runs, not an artifact or an attestation. */
export function isImageManifest({ config, layers, artifactType }: Manifest): boolean {
  const isConfig = config.mediaType === mediaTypes.ociConfig || config.mediaType === mediaTypes.dockerConfig;
  return isConfig && artifactType === undefined && layers.every(({ mediaType }) => isLayerType(mediaType));
}

/** The media type that the same layer has in `format`. */
export function layerType(mediaType: string, format: ManifestFormat): string {
  const pair = layerTypes.find((types) => types.includes(mediaType));
  return pair?.[format === 'oci' ? 0 : 1] ?? mediaType;
}

function convertManifest(manifest: Manifest, format: ManifestFormat): Manifest | undefined {
  const mediaType = format === 'oci' ? mediaTypes.ociManifest : mediaTypes.dockerManifest;
  if (manifest.mediaType === mediaType || !isImageManifest(manifest)) return undefined;
  const { config, layers, annotations } = manifest;
  return {
    schemaVersion: 2,
    mediaType,
    config: { ...config, mediaType: format === 'oci' ? mediaTypes.ociConfig : mediaTypes.dockerConfig },
    layers: layers.map((layer) => ({ ...layer, mediaType: layerType(layer.mediaType, format) })),
    ...(format === 'oci' && annotations ? { annotations } : {}),
  };
}

/** The same layer's media type in either format. */
const layerTypes: readonly (readonly [oci: string, docker: string])[] = [
  [mediaTypes.ociLayer, mediaTypes.dockerLayer],
  [mediaTypes.ociLayerGzip, mediaTypes.dockerLayerGzip],
  [mediaTypes.ociLayerZstd, 'application/vnd.docker.image.rootfs.diff.tar.zstd'],
  [mediaTypes.ociForeignLayer, 'application/vnd.docker.image.rootfs.foreign.diff.tar'],
  [mediaTypes.ociForeignLayerGzip, mediaTypes.dockerForeignLayerGzip],
];
