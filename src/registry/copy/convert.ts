// Giving images the manifests of the other format: OCI's, or Docker's v2 schema 2. Blobs stay as they are.

import {
  type Descriptor,
  type Digest,
  type Index,
  isLayerType,
  type Manifest,
  mediaTypes,
  sha256,
} from '../../oci/index.ts';
import { parseManifest } from './parse.ts';
import type { CopiedTree } from './tree.ts';
import type { ManifestBytes, ManifestFormat } from './types.ts';

/** The tree with its images and indexes in `format`; artifacts and attestations, which Docker's has no form for, stay. */
export function converted({ root, below, blobs }: CopiedTree, format: ManifestFormat): CopiedTree {
  const renamed = new Map<Digest, Descriptor>();
  const convert = (manifest: ManifestBytes): ManifestBytes => {
    const result = convertOne(manifest, format, renamed);
    renamed.set(manifest.descriptor.digest, result.descriptor);
    return result;
  };
  return { below: below.map(convert), root: convert(root), blobs };
}

function convertOne(
  given: ManifestBytes,
  format: ManifestFormat,
  renamed: ReadonlyMap<Digest, Descriptor>,
): ManifestBytes {
  const parsed = parseManifest(given);
  const value =
    parsed.kind === 'index'
      ? convertIndex(parsed.index, format, renamed)
      : convertManifest(parsed.manifest, format);
  if (value === undefined || value.mediaType === given.descriptor.mediaType) return given;
  const bytes = Buffer.from(JSON.stringify(value));
  const { mediaType } = value;
  return { bytes, descriptor: { ...given.descriptor, mediaType, digest: sha256(bytes), size: bytes.length } };
}

function convertIndex(
  { annotations, manifests }: Index,
  format: ManifestFormat,
  renamed: ReadonlyMap<Digest, Descriptor>,
): Index & { readonly mediaType: string } {
  return {
    schemaVersion: 2,
    mediaType: format === 'oci' ? mediaTypes.ociIndex : mediaTypes.dockerIndex,
    manifests: manifests.map((entry) => {
      const { mediaType, digest, size } = renamed.get(entry.digest) ?? entry;
      return { ...entry, mediaType, digest, size };
    }),
    ...(format === 'oci' && annotations ? { annotations } : {}),
  };
}

function convertManifest(manifest: Manifest, format: ManifestFormat): Manifest | undefined {
  if (!isImageManifest(manifest)) return undefined;
  const { config, layers, annotations } = manifest;
  return {
    schemaVersion: 2,
    mediaType: format === 'oci' ? mediaTypes.ociManifest : mediaTypes.dockerManifest,
    config: { ...config, mediaType: format === 'oci' ? mediaTypes.ociConfig : mediaTypes.dockerConfig },
    layers: layers.map((layer) => ({ ...layer, mediaType: layerType(layer.mediaType, format) })),
    ...(format === 'oci' && annotations ? { annotations } : {}),
  };
}

/** Whether a manifest is an image that runs, not an artifact or an attestation. */
export function isImageManifest({ config, layers, artifactType }: Manifest): boolean {
  const isConfig = config.mediaType === mediaTypes.ociConfig || config.mediaType === mediaTypes.dockerConfig;
  return isConfig && artifactType === undefined && layers.every(({ mediaType }) => isLayerType(mediaType));
}

const zstd = 'application/vnd.docker.image.rootfs.diff.tar.zstd';

/** The same layer's media type in either format. */
const layerTypes: readonly (readonly [oci: string, docker: string])[] = [
  [mediaTypes.ociLayer, mediaTypes.dockerLayer],
  [mediaTypes.ociLayerGzip, mediaTypes.dockerLayerGzip],
  [mediaTypes.ociLayerZstd, zstd],
  [mediaTypes.ociForeignLayer, 'application/vnd.docker.image.rootfs.foreign.diff.tar'],
  [mediaTypes.ociForeignLayerGzip, mediaTypes.dockerForeignLayerGzip],
];

function layerType(mediaType: string, format: ManifestFormat): string {
  const pair = layerTypes.find((types) => types.includes(mediaType));
  return pair?.[format === 'oci' ? 0 : 1] ?? mediaType;
}
