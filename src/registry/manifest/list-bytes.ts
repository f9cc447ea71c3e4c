// The bytes of a manifest list, as Docker writes them: the same list has the same digest.

import { type Descriptor, mediaTypes, type Platform, sha256 } from '../../oci/index.ts';
import type { ManifestBytes } from '../copy/index.ts';
import type { ManifestList } from './types.ts';

/** The index of a list: Docker's form where all members are Docker's and nothing needs OCI's. */
export function listBytes({ members, annotations }: ManifestList): ManifestBytes {
  const descriptors = members.map(({ descriptor }) => descriptor);
  const isDocker = annotations === undefined && descriptors.length > 0 && descriptors.every(isDockerEntry);
  const mediaType = isDocker ? mediaTypes.dockerIndex : mediaTypes.ociIndex;
  const index = {
    schemaVersion: 2,
    mediaType,
    manifests: descriptors.map(ordered),
    ...(annotations ? { annotations } : {}),
  };
  const bytes = Buffer.from(JSON.stringify(index, undefined, 3));
  return { descriptor: { mediaType, digest: sha256(bytes), size: bytes.length }, bytes };
}

function isDockerEntry({ mediaType, annotations }: Descriptor): boolean {
  return mediaType === mediaTypes.dockerManifest && annotations === undefined;
}

function ordered({ mediaType, size, digest, platform, annotations, artifactType }: Descriptor): Descriptor {
  return {
    mediaType,
    size,
    digest,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(platform ? { platform: orderedPlatform(platform) } : {}),
    ...(annotations ? { annotations } : {}),
  };
}

function orderedPlatform({ architecture, os, variant, ...rest }: Platform): Platform {
  const { 'os.version': version, 'os.features': features } = rest;
  return {
    architecture,
    os,
    ...(version === undefined ? {} : { 'os.version': version }),
    ...(features === undefined ? {} : { 'os.features': features }),
    ...(variant === undefined ? {} : { variant }),
  };
}
