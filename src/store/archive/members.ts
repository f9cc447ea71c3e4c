// What an archive of images consists of: which files, and where their bytes come from.

import type { Readable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import { type Descriptor, type Digest, mediaTypes } from '../../oci/index.ts';
import { parseDigest } from '../content/index.ts';
import type { ImageRecord, IndexRecord, LayerId } from '../types.ts';
import { nameAnnotations, repositoryTag } from './names.ts';
import type { ArchiveParts } from './parts.ts';
import type { SavedImage } from './types.ts';

/** One file of an archive. */
export interface ArchiveMember {
  readonly name: string;
  readonly size: number;
  /** What the bytes must hash to, where they are a blob. */
  readonly digest?: Digest;
  /** The bytes, or where to get them when their turn comes. */
  readonly bytes: Buffer | (() => Promise<Readable>);
}

type Sources = Pick<ArchiveParts, 'content' | 'layers'>;

/** Lists the files, small ones first and each blob once; layers without a stored blob are to be made from their folders. Throws `BLOB_NOT_FOUND`. */
export async function planArchive(
  sources: Sources,
  images: readonly SavedImage[],
  docker: boolean,
): Promise<readonly ArchiveMember[]> {
  const blobs = new Map<string, ArchiveMember>();
  for (const { image, index } of images) {
    for (const member of index ? indexBlobs(sources, index) : []) blobs.set(member.name, member);
    for (const each of index?.images ?? [image])
      for (const member of await blobsOf(sources, each)) blobs.set(member.name, member);
  }
  return [
    jsonMember('oci-layout', { imageLayoutVersion: '1.0.0' }),
    jsonMember('index.json', indexOf(images)),
    ...(docker ? [jsonMember('manifest.json', images.map(dockerItem))] : []),
    ...blobs.values(),
  ];
}

function jsonMember(name: string, value: unknown): ArchiveMember {
  const bytes = Buffer.from(JSON.stringify(value));
  return { name, size: bytes.length, bytes };
}

async function blobsOf(sources: Sources, image: ImageRecord): Promise<readonly ArchiveMember[]> {
  const { manifest, manifestDigest, manifestSize, layers } = image;
  const members = [
    storedBlob(sources, { mediaType: manifest.mediaType, digest: manifestDigest, size: manifestSize }),
    storedBlob(sources, manifest.config),
  ];
  for (const [position, layer] of manifest.layers.entries()) {
    members.push(await layerBlob(sources, layer, layers[position]));
  }
  return members;
}

function indexBlobs(sources: Sources, index: IndexRecord): readonly ArchiveMember[] {
  return [index.digest, ...index.blobs].map((digest) => {
    const size = sources.content.size(digest);
    if (size === undefined) throw missingBlob(digest);
    return storedBlob(sources, { mediaType: '', digest, size });
  });
}

function storedBlob({ content }: Sources, { digest, size }: Descriptor): ArchiveMember {
  return { name: blobName(digest), size, digest, bytes: async () => content.stream(digest) };
}

/** A built layer has its tar only in its folder; one that was received compressed must have its blob. */
async function layerBlob(
  sources: Sources,
  layer: Descriptor,
  id: LayerId | undefined,
): Promise<ArchiveMember> {
  if (sources.content.has(layer.digest)) return storedBlob(sources, layer);
  const diff = id === undefined ? undefined : await sources.layers.diff(id);
  if (id === undefined || diff?.diffId !== layer.digest) throw missingBlob(layer.digest);
  return {
    name: blobName(layer.digest),
    size: layer.size,
    digest: layer.digest,
    bytes: () => sources.layers.tar(id),
  };
}

function indexOf(images: readonly SavedImage[]): object {
  const manifests = images.flatMap(({ image, index, names }) => {
    const entry = index ? indexEntry(index) : imageEntry(image);
    return names.length === 0
      ? [entry]
      : names.map((name) => ({ ...entry, annotations: nameAnnotations(name) }));
  });
  return { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests };
}

function indexEntry({ index, digest, size }: IndexRecord): Descriptor {
  return { mediaType: index.mediaType ?? mediaTypes.ociIndex, digest, size };
}

function imageEntry({ manifest, manifestDigest, manifestSize, platform }: ImageRecord): Descriptor {
  return { mediaType: manifest.mediaType, digest: manifestDigest, size: manifestSize, platform };
}

/** An item of Docker's `manifest.json`. */
function dockerItem({ image, names }: SavedImage): object {
  const { manifest, config } = image;
  const sources = config.rootfs.diff_ids.map((diffId, position) => [diffId, manifest.layers[position]]);
  return {
    Config: blobName(manifest.config.digest),
    RepoTags: names.length === 0 ? null : names.map(repositoryTag),
    Layers: manifest.layers.map((layer) => blobName(layer.digest)),
    LayerSources: Object.fromEntries(sources) as object,
  };
}

function blobName(digest: Digest): string {
  const { algorithm, hex } = parseDigest(digest);
  return `blobs/${algorithm}/${hex}`;
}

function missingBlob(digest: Digest): CaissonError {
  return new CaissonError('BLOB_NOT_FOUND', `Blob "${digest}" is not in the store`, {
    hint: 'Run "caisson system check --repair", then load or pull the image again.',
  });
}
