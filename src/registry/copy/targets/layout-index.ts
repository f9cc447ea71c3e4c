// The `index.json` of an OCI layout that images are copied into (image-spec, image-layout.md#indexjson-file).

import {
  type Descriptor,
  familiarName,
  hexOf,
  type Index,
  mediaTypes,
  parseReference,
} from '../../../oci/index.ts';
import { parseManifest } from '../parse.ts';
import type { ManifestBytes } from '../types.ts';

/** The file that says it is a layout. */
export const layoutFile: Buffer = Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' }));

const tagAnnotation = 'org.opencontainers.image.ref.name';

/** The name of a blob's file within a layout. */
export function blobName(digest: string): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** The entry of an image: with its tag alone, as other tools have it, and for a whole name with that too. */
export function imageEntry(
  { descriptor }: ManifestBytes,
  reference: string | undefined,
  full = false,
): Descriptor {
  const { mediaType, digest, size } = descriptor;
  if (reference === undefined) return { mediaType, digest, size };
  if (!full) return { mediaType, digest, size, annotations: { [tagAnnotation]: reference } };
  const name = parseReference(reference);
  const annotations = {
    'io.containerd.image.name': `${name.domain}/${name.path}:${name.tag ?? 'latest'}`,
    [tagAnnotation]: name.tag ?? 'latest',
  };
  return { mediaType, digest, size, annotations };
}

/** Entries for those manifests that refer to others: they are found by being listed. */
export function referrerEntries(manifests: readonly ManifestBytes[]): readonly Descriptor[] {
  return manifests.flatMap((manifest) => {
    const parsed = parseManifest(manifest);
    if (parsed.kind !== 'manifest' || parsed.manifest.subject === undefined) return [];
    const { mediaType, digest, size } = manifest.descriptor;
    const { artifactType = parsed.manifest.config.mediaType, annotations } = parsed.manifest;
    return [{ mediaType, digest, size, artifactType, ...(annotations ? { annotations } : {}) }];
  });
}

/** The index with `added` in it: an entry takes the place of one of its tag, one without a tag that of its digest. */
export function mergedIndex(there: Index | undefined, added: readonly Descriptor[]): Buffer {
  const taken = new Set(added.map(identity));
  const kept = (there?.manifests ?? []).filter((entry) => !taken.has(identity(entry)));
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, ...there };
  return Buffer.from(JSON.stringify({ ...index, manifests: [...kept, ...added] }));
}

function identity({ annotations, digest }: Descriptor): string {
  return annotations?.[tagAnnotation] ?? digest;
}

/** The item of Docker's `manifest.json` for an image. */
export function dockerItem(image: ManifestBytes, reference: string | undefined): object {
  const parsed = parseManifest(image);
  if (parsed.kind !== 'manifest') throw new Error('An index has no item of its own');
  return {
    Config: blobName(parsed.manifest.config.digest),
    RepoTags: reference === undefined ? null : [familiarName(parseReference(reference))],
    Layers: parsed.manifest.layers.map(({ digest }) => blobName(digest)),
  };
}
