// The bytes of manifests and indexes, in OCI's media types or Docker's.

import {
  type Descriptor,
  type Digest,
  type Index,
  type Manifest,
  mediaTypes,
  type Platform,
  sha256,
} from '../../oci/index.ts';
import type { Annotations } from './annotations.ts';
import { goJson } from './go-json.ts';

/** What a manifest is made of; layers have OCI's media types, bottom first. */
export interface ManifestContents {
  readonly oci: boolean;
  readonly config: { readonly digest: Digest; readonly size: number };
  readonly layers: readonly Descriptor[];
  readonly annotations: Annotations;
  /** Whether the layers are no file systems, and are listed as they are. */
  readonly asTheyAre?: boolean;
}

/** The manifest as bytes. */
export function manifestBytes({ oci, config, layers, annotations, asTheyAre }: ManifestContents): Buffer {
  const form = oci ? ociLayer : dockerLayer;
  const manifest: Manifest = {
    schemaVersion: 2,
    mediaType: manifestType(oci),
    config: { mediaType: oci ? mediaTypes.ociConfig : mediaTypes.dockerConfig, ...config },
    layers: asTheyAre ? layers : layers.map(form),
    ...(annotations === undefined ? {} : { annotations }),
  };
  return Buffer.from(goJson(manifest));
}

/** The index as bytes. */
export function indexBytes(oci: boolean, manifests: readonly Descriptor[], annotations: Annotations): Buffer {
  const index: Index = {
    schemaVersion: 2,
    mediaType: indexType(oci),
    manifests,
    ...(annotations === undefined ? {} : { annotations }),
  };
  return Buffer.from(goJson(index));
}

/** Digest and size of bytes. */
export function blobOf(bytes: Uint8Array): { readonly digest: Digest; readonly size: number } {
  return { digest: sha256(bytes), size: bytes.length };
}

/** A descriptor with its members in the order of Go's struct. */
export function descriptorOf(
  mediaType: string,
  bytes: { readonly digest: Digest; readonly size: number },
  annotations?: Annotations,
  platform?: Platform,
): Descriptor {
  const { digest, size } = bytes;
  return {
    mediaType,
    digest,
    size,
    ...(annotations === undefined ? {} : { annotations }),
    ...(platform === undefined ? {} : { platform }),
  };
}

/** The media type of manifests. */
export function manifestType(oci: boolean): string {
  return oci ? mediaTypes.ociManifest : mediaTypes.dockerManifest;
}

/** The media type of indexes. */
export function indexType(oci: boolean): string {
  return oci ? mediaTypes.ociIndex : mediaTypes.dockerIndex;
}

const dockerZstd = 'application/vnd.docker.image.rootfs.diff.tar.zstd';

/** OCI's layer types by Docker's. Layers that may not be distributed become ordinary ones: their bytes are there. */
const ociTypes: Readonly<Record<string, string>> = {
  [mediaTypes.dockerLayer]: mediaTypes.ociLayer,
  [mediaTypes.dockerLayerGzip]: mediaTypes.ociLayerGzip,
  [mediaTypes.dockerForeignLayerGzip]: mediaTypes.ociLayerGzip,
  [mediaTypes.ociForeignLayer]: mediaTypes.ociLayer,
  [mediaTypes.ociForeignLayerGzip]: mediaTypes.ociLayerGzip,
  [dockerZstd]: mediaTypes.ociLayerZstd,
};

const dockerTypes: Readonly<Record<string, string>> = {
  [mediaTypes.ociLayer]: mediaTypes.dockerLayer,
  [mediaTypes.ociLayerGzip]: mediaTypes.dockerLayerGzip,
  [mediaTypes.ociLayerZstd]: dockerZstd,
};

/** A layer's descriptor with OCI's media type. */
export function ociLayer({ mediaType, digest, size, annotations }: Descriptor): Descriptor {
  return descriptorOf(ociTypes[mediaType] ?? mediaType, { digest, size }, annotations);
}

/** A layer's descriptor with Docker's media type; Docker's manifest knows no annotations. */
export function dockerLayer({ mediaType, digest, size }: Descriptor): Descriptor {
  const oci = ociTypes[mediaType] ?? mediaType;
  return descriptorOf(dockerTypes[oci] ?? oci, { digest, size });
}
