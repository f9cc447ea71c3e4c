// Reading manifests, indexes and configs of a registry: everything in them is checked before it is used.

import { messageOf } from '../../core/index.ts';
import {
  type Descriptor,
  type ImageConfig,
  type Index,
  isDigest,
  isLayerType,
  type Manifest,
  mediaTypes,
  type Platform,
  withoutNull,
  wrongMember,
} from '../../oci/index.ts';
import type { RemoteManifest } from '../types.ts';
import { described, invalidManifest, notAnImage } from './invalid.ts';

/** A layer: its blob, and the digest of its tar. */
export interface ListedLayer {
  readonly descriptor: Descriptor;
  readonly diffId: string;
}

/** The manifests that an index lists. Throws `MANIFEST_INVALID`. */
export function readIndex({ descriptor, bytes }: RemoteManifest): readonly Descriptor[] {
  const what = described(descriptor);
  const { manifests } = objectOf(bytes, what) as Partial<Index>;
  if (!Array.isArray(manifests)) throw invalidManifest(what, 'it lists no manifests');
  return manifests.map((entry) => checkDescriptor(entry, what));
}

/** An image's manifest. Throws `MANIFEST_INVALID`, `NOT_AN_IMAGE`. */
export function readImageManifest({ descriptor, bytes }: RemoteManifest, name: string): Manifest {
  const manifest = readManifest({ descriptor, bytes });
  const { config, layers, artifactType } = manifest;
  if (!imageConfigs.has(config.mediaType)) throw notAnImage(name, artifactType ?? config.mediaType);
  const other = layers.find(({ mediaType }) => !isLayerType(mediaType));
  if (other) throw notAnImage(name, artifactType ?? other.mediaType);
  return manifest;
}

/** Any manifest of blobs: an image's, or that of attestations. Throws `MANIFEST_INVALID`. */
export function readManifest({ descriptor, bytes }: RemoteManifest): Manifest {
  const what = described(descriptor);
  const manifest = objectOf(bytes, what) as Partial<Manifest>;
  if (manifest.schemaVersion !== 2)
    throw invalidManifest(what, `schemaVersion is ${JSON.stringify(manifest.schemaVersion)}, expected 2`);
  if (!Array.isArray(manifest.layers)) throw invalidManifest(what, 'it has no list of layers');
  checkDescriptor(manifest.config, what);
  for (const layer of manifest.layers) checkDescriptor(layer, what);
  return manifest as Manifest;
}

/** An image's config with its layers, bottom first. Throws `MANIFEST_INVALID`. */
export function readConfig(
  bytes: Buffer,
  { config, layers }: Manifest,
): { readonly platform: Platform; readonly layers: readonly ListedLayer[] } {
  const what = `The image config ${config.digest}`;
  const { os, architecture, variant, rootfs } = objectOf(bytes, what) as Partial<ImageConfig>;
  if (typeof os !== 'string' || typeof architecture !== 'string')
    throw invalidManifest(what, 'it names no platform');
  const diffIds: unknown = rootfs?.diff_ids ?? [];
  if (!Array.isArray(diffIds) || !diffIds.every(isDigest))
    throw invalidManifest(what, 'it has no list of diffIDs');
  if (diffIds.length !== layers.length)
    throw invalidManifest(what, `it names ${diffIds.length} diffIDs for ${layers.length} layers`);
  return {
    platform: { os, architecture, ...(typeof variant === 'string' && variant ? { variant } : {}) },
    layers: layers.map((descriptor, position) => ({ descriptor, diffId: String(diffIds[position]) })),
  };
}

/** Whether an entry of an index is there for another one: an attestation, a signature. */
export function isAttached({ annotations, platform, artifactType }: Descriptor): boolean {
  return (
    annotations?.['vnd.docker.reference.type'] !== undefined ||
    artifactType !== undefined ||
    platform?.os === 'unknown'
  );
}

const imageConfigs: ReadonlySet<string> = new Set([
  mediaTypes.ociConfig,
  mediaTypes.dockerConfig,
  // What registries have from the first tools that wrote schema 2.
  'application/octet-stream',
]);

function objectOf(bytes: Buffer, what: string): object {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'), withoutNull);
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw invalidManifest(what, messageOf(error), error);
  }
  throw invalidManifest(what, 'it is no JSON object');
}

function checkDescriptor(value: unknown, what: string): Descriptor {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Descriptor>;
  if (typeof mediaType !== 'string') throw invalidManifest(what, 'a descriptor has no media type');
  if (!isDigest(digest)) throw invalidManifest(what, `a descriptor has the digest ${JSON.stringify(digest)}`);
  if (!Number.isSafeInteger(size) || Number(size) < 0)
    throw invalidManifest(what, `a descriptor has the size ${JSON.stringify(size)}`);
  const wrong = wrongMember(value as object);
  if (wrong) throw invalidManifest(what, `a descriptor has "${wrong}" of another type`);
  return value as Descriptor;
}
