// What a manifest is, in a few words: its kind, its platforms, its size.

import { isIndexType } from '../../../oci/index.ts';
import { isKnownDigest } from '../digests.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { at, listAt, parseLoosely, sizeAt, textAt } from './loose.ts';
import { readDocument, readManifest } from './read.ts';
import { kindText } from './text.ts';

/** A manifest in a row of a list. */
export interface Description {
  readonly kind: string;
  readonly platforms: readonly string[];
  /** Bytes of config and layers; of an index, of all its images that are here. */
  readonly size: number;
}

const mostMembers = 100;

/** Describes a manifest of a repository. Throws `MANIFEST_UNKNOWN`. */
export async function describeManifest(
  storage: RegistryStorage,
  name: string,
  reference: string,
): Promise<Description> {
  const { json, mediaType, artifactType } = await readManifest(storage, name, reference);
  if (isIndexType(mediaType)) {
    const members = listAt(json, 'manifests').slice(0, mostMembers);
    const sizes = await Promise.all(members.map((member) => memberSize(storage, name, at(member, 'digest'))));
    return {
      kind: kindText(artifactType ?? mediaType),
      platforms: members.flatMap((member) => platformText(at(member, 'platform')) ?? []),
      size: sizes.reduce((sum, size) => sum + size, 0),
    };
  }
  const kind = isAttestation(json) ? 'Attestation' : kindText(artifactType ?? mediaType);
  const platforms = kind === 'Image' ? await configPlatform(storage, name, json) : [];
  return { kind, platforms, size: imageSize(json) };
}

/** Bytes of what a manifest lists. */
export function imageSize(manifest: unknown): number {
  const layers = listAt(manifest, 'layers');
  return layers.reduce<number>(
    (sum, layer) => sum + sizeAt(layer, 'size'),
    sizeAt(manifest, 'config', 'size'),
  );
}

/** `linux/arm64/v8`; undefined for BuildKit's `unknown/unknown`, which stands for no platform. */
export function platformText(platform: unknown): string | undefined {
  const [os, architecture, variant] = ['os', 'architecture', 'variant'].map((part) => textAt(platform, part));
  if (os === undefined || architecture === undefined || os === 'unknown') return undefined;
  return variant === undefined ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

/** Whether all its layers are in-toto statements, as BuildKit attaches them. */
export function isAttestation(manifest: unknown): boolean {
  const layers = listAt(manifest, 'layers');
  return (
    layers.length > 0 &&
    layers.every((layer) => textAt(layer, 'mediaType') === 'application/vnd.in-toto+json')
  );
}

/** Members need not be here, and what an index says of them may be anything. */
async function memberSize(storage: RegistryStorage, name: string, digest: unknown): Promise<number> {
  const member = isKnownDigest(digest) ? await storage.manifest(name, { digest }) : undefined;
  return member === undefined ? 0 : imageSize(parseLoosely(member.bytes));
}

async function configPlatform(
  storage: RegistryStorage,
  name: string,
  manifest: unknown,
): Promise<readonly string[]> {
  const config = await readDocument(storage, name, textAt(manifest, 'config', 'digest'));
  const platform = platformText(config);
  return platform === undefined ? [] : [platform];
}
