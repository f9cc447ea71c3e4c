// The exporters `oci` and `docker`: an image layout in a tar or a folder.

import { CaissonError } from '../../core/index.ts';
import { type Descriptor, type Digest, hexOf, mediaTypes } from '../../oci/index.ts';
import { type ArchiveMember, nameAnnotations, repositoryTag } from '../../store/index.ts';
import { goJson } from './go-json.ts';
import type { PreparedImage, PreparedPlatform } from './image.ts';
import { blobOf } from './manifest.ts';
import { outputTarget } from './target.ts';
import type { ExportServices, LayoutOutput } from './types.ts';

/** Writes the layout; its place appears when all of it is there. Throws `TARGET_EXISTS`, `TERMINAL_OUTPUT`. */
export async function writeLayout(
  image: PreparedImage,
  output: LayoutOutput,
  { store, stdout }: ExportServices,
): Promise<void> {
  const members = layoutMembers(image, output);
  if (output.tar) return store.writeArchive(members, outputTarget(output.destination, stdout), 'tar');
  if (output.destination === '-')
    throw new CaissonError('FORMAT_UNFIT', 'A folder cannot be written to standard output', {
      hint: 'Name a folder with dest=, or leave tar=false out.',
    });
  return store.writeArchive(members, output.destination, 'layout');
}

/** The layout's files: what says what there is first, then the blobs by their digests, each once. */
export function layoutMembers(image: PreparedImage, output: LayoutOutput): readonly ArchiveMember[] {
  const blobs = new Map<Digest, ArchiveMember>();
  for (const platform of image.platforms)
    for (const member of platformMembers(platform)) blobs.set(member.digest, member);
  const others = image.attached.flatMap(({ blobs: bytes }) => bytes.map(({ bytes }) => bytes));
  for (const bytes of image.index ? [...others, image.index] : others) {
    const member = bytesMember(bytes);
    blobs.set(member.digest, member);
  }
  return [
    jsonMember('oci-layout', { imageLayoutVersion: '1.0.0' }),
    jsonMember('index.json', layoutIndex(image, output)),
    ...(output.kind === 'docker' && image.platforms.length === 1
      ? [
          jsonMember(
            'manifest.json',
            image.platforms.map((platform) => dockerItem(platform, output)),
          ),
        ]
      : []),
    ...[...blobs.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
}

type BlobMember = ArchiveMember & { readonly digest: Digest };

function platformMembers({ config, manifest, layers }: PreparedPlatform): readonly BlobMember[] {
  const layerMembers = layers.map(({ blob }) => {
    const { digest, size } = blob.descriptor;
    return { name: blobName(digest), digest, size, bytes: blob.open };
  });
  return [bytesMember(config), bytesMember(manifest), ...layerMembers];
}

function bytesMember(bytes: Buffer): BlobMember {
  const { digest, size } = blobOf(bytes);
  return { name: blobName(digest), digest, size, bytes };
}

function blobName(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

function jsonMember(name: string, value: object): ArchiveMember {
  const bytes = Buffer.from(goJson(value));
  return { name, size: bytes.length, bytes };
}

/** An entry a name, as `docker load` and `skopeo` look for them. The time is the image's own: no clock shows in the bytes. */
function layoutIndex({ root, platforms, index }: PreparedImage, { names }: LayoutOutput): object {
  const created = platforms.length === 1 ? platforms[0]?.created : undefined;
  const time = created === undefined ? {} : { 'org.opencontainers.image.created': created };
  const platform = index === undefined ? platforms[0]?.platform : undefined;
  const entry = (name: string | undefined): Descriptor => {
    const given = name === undefined ? {} : nameAnnotations(name);
    const annotations = { ...root.annotations, ...given, ...time };
    const has = Object.keys(annotations).length > 0;
    return { ...root, ...(has ? { annotations } : {}), ...(platform ? { platform } : {}) };
  };
  const manifests = names.length === 0 ? [entry(undefined)] : names.map(entry);
  return { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
}

/** An item of Docker's `manifest.json`. */
function dockerItem({ imageId, layers }: PreparedPlatform, { names }: LayoutOutput): object {
  return {
    Config: blobName(imageId),
    RepoTags: names.length === 0 ? null : names.map(repositoryTag),
    Layers: layers.map(({ blob }) => blobName(blob.descriptor.digest)),
  };
}
