// Images in an OCI image layout (image-spec, image-layout.md), a folder or a tar.

import { CaissonError } from '../../../core/index.ts';
import {
  type Descriptor,
  type Digest,
  familiarName,
  hexOf,
  isDigest,
  isIndexType,
  isManifestType,
  mediaTypes,
  parseReference,
  sha256,
} from '../../../oci/index.ts';
import type { ArchiveReader } from '../../../store/index.ts';
import { parseManifest } from '../parse.ts';
import type { ImageSource, ManifestBytes } from '../types.ts';

/** The image that `reference` names in the layout: a tag, a full name or a digest; without one, the only image there is. */
export function layoutSource(files: ArchiveReader, name: string, reference: string | undefined): ImageSource {
  return {
    name,
    async root() {
      const { mediaType, digest, size } = entryOf(entriesOf(files), name, reference);
      return { descriptor: { mediaType, digest, size }, bytes: files.read(blobName(digest)) };
    },
    manifest: async ({ digest }) => files.read(blobName(digest)),
    blob: async ({ digest }, { offset = 0 }) => files.open(blobName(digest), offset),
    referrers: async (digest) => referrersOf(files, digest),
    has: ({ digest }) => files.size(blobName(digest)) !== undefined,
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  };
}

/** Whether what is read is an image layout. */
export function isLayout(files: ArchiveReader): boolean {
  return files.size('index.json') !== undefined;
}

function entriesOf(files: ArchiveReader): readonly Descriptor[] {
  const bytes = files.read('index.json');
  const parsed = parseManifest({
    descriptor: { mediaType: mediaTypes.ociIndex, digest: sha256(bytes), size: bytes.length },
    bytes,
  });
  return parsed.kind === 'index' ? parsed.index.manifests : [];
}

function entryOf(entries: readonly Descriptor[], name: string, reference: string | undefined): Descriptor {
  const images = entries.filter(isReadable);
  const meant = reference === undefined ? images : images.filter((entry) => isNamed(entry, reference));
  const [entry, ...others] = new Map(meant.map((each) => [each.digest, each])).values();
  if (entry && others.length === 0) return entry;
  const offered = images.map((each) => namesOf(each)[0] ?? each.digest).join(', ') || 'nothing';
  throw new CaissonError(
    entry ? 'IMAGE_AMBIGUOUS' : 'MANIFEST_NOT_FOUND',
    entry
      ? `"${name}" names several images: ${offered}`
      : `"${name}" is not there; the layout has ${offered}`,
    { hint: 'Name one by its tag (PATH:TAG) or its digest (PATH@sha256:…).' },
  );
}

/** What refers to an image is listed beside it, but not meant where no name is given. */
function isReadable({ mediaType, artifactType }: Descriptor): boolean {
  return artifactType === undefined && (isIndexType(mediaType) || isManifestType(mediaType));
}

function isNamed(entry: Descriptor, reference: string): boolean {
  if (isDigest(reference)) return entry.digest === reference;
  return namesOf(entry).includes(reference);
}

/** All that may be said to mean an entry: its tag, its full name, the name in short. */
function namesOf({ annotations = {} }: Descriptor): readonly string[] {
  const tag = annotations['org.opencontainers.image.ref.name'];
  const name = annotations['io.containerd.image.name'];
  return [...(name === undefined ? [] : [shortName(name), name]), ...(tag === undefined ? [] : [tag])];
}

function shortName(name: string): string {
  try {
    return familiarName(parseReference(name));
  } catch {
    return name;
  }
}

/** Listed beside the image, as those do who keep referrers in layouts, or in an index under the referrers tag. */
function referrersOf(files: ArchiveReader, digest: Digest): readonly Descriptor[] {
  const entries = entriesOf(files);
  const listed = entries.filter(({ mediaType }) => isManifestType(mediaType));
  const tag = digest.replace(':', '-');
  const tagged = entries
    .filter((entry) => isIndexType(entry.mediaType) && isNamed(entry, tag))
    .flatMap((entry) => {
      const parsed = parseManifest(read(files, entry));
      return parsed.kind === 'index' ? parsed.index.manifests : [];
    });
  const all = new Map([...listed, ...tagged].map((entry) => [entry.digest, entry]));
  return [...all.values()].filter((entry) => subjectOf(files, entry) === digest);
}

function subjectOf(files: ArchiveReader, entry: Descriptor): Digest | undefined {
  if (!isManifestType(entry.mediaType) || files.size(blobName(entry.digest)) === undefined) return undefined;
  const parsed = parseManifest(read(files, entry));
  return parsed.kind === 'manifest' ? parsed.manifest.subject?.digest : undefined;
}

function read(files: ArchiveReader, descriptor: Descriptor): ManifestBytes {
  return { descriptor, bytes: files.read(blobName(descriptor.digest)) };
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}
