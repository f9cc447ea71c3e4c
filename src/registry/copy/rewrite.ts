// Changing the manifests of an image: what lists them follows with new digests.

import { type Descriptor, type Digest, type Index, type Manifest, sha256 } from '../../oci/index.ts';
import { parseManifest } from './parse.ts';
import type { CopiedTree } from './tree.ts';
import type { ManifestBytes } from './types.ts';

/** What becomes of manifests and indexes; undefined where one stays as it is. */
export interface Rewriting {
  readonly manifest: (manifest: Manifest) => Manifest | undefined;
  /** The media type of an index. */
  readonly indexType: (mediaType: string) => string;
}

/** The tree with its manifests changed, and the blobs that these list. */
export function rewritten({ root, below }: CopiedTree, rewriting: Rewriting): CopiedTree {
  const renamed = new Map<Digest, Descriptor>();
  const rewrite = (given: ManifestBytes): ManifestBytes => {
    const result = rewriteOne(given, rewriting, renamed);
    renamed.set(given.descriptor.digest, result.descriptor);
    return result;
  };
  const changed = { below: below.map(rewrite), root: rewrite(root) };
  return { ...changed, blobs: [...changed.below, changed.root].flatMap(blobsOf) };
}

function rewriteOne(
  given: ManifestBytes,
  { manifest, indexType }: Rewriting,
  renamed: ReadonlyMap<Digest, Descriptor>,
): ManifestBytes {
  const parsed = parseManifest(given);
  const { mediaType } = given.descriptor;
  const value =
    parsed.kind === 'index'
      ? rewriteIndex(parsed.index, { mediaType, wanted: indexType(mediaType) }, renamed)
      : manifest({ ...parsed.manifest, mediaType });
  if (value === undefined) return given;
  const bytes = Buffer.from(JSON.stringify(value));
  const descriptor = { ...given.descriptor, mediaType: value.mediaType };
  return { bytes, descriptor: { ...descriptor, digest: sha256(bytes), size: bytes.length } };
}

function rewriteIndex(
  index: Index,
  { mediaType, wanted }: { readonly mediaType: string; readonly wanted: string },
  renamed: ReadonlyMap<Digest, Descriptor>,
): (Index & { readonly mediaType: string }) | undefined {
  const manifests = index.manifests.map((entry) => rewriteEntry(entry, renamed));
  const stays = manifests.every(({ digest }, position) => digest === index.manifests[position]?.digest);
  if (stays && wanted === mediaType) return undefined;
  return { ...index, schemaVersion: 2, mediaType: wanted, manifests };
}

const subjectAnnotation = 'vnd.docker.reference.digest';

/** An attestation's entry says which image it is about. */
function rewriteEntry(entry: Descriptor, renamed: ReadonlyMap<Digest, Descriptor>): Descriptor {
  const { mediaType, digest, size } = renamed.get(entry.digest) ?? entry;
  const subject = renamed.get(entry.annotations?.[subjectAnnotation] ?? '');
  const annotations = subject && { ...entry.annotations, [subjectAnnotation]: subject.digest };
  return { ...entry, mediaType, digest, size, ...(annotations ? { annotations } : {}) };
}

function blobsOf(manifest: ManifestBytes): readonly Descriptor[] {
  const parsed = parseManifest(manifest);
  return parsed.kind === 'manifest' ? [parsed.manifest.config, ...parsed.manifest.layers] : [];
}
