// An image found in an archive, before it is in the store; what every archive form is read into.

import { type Descriptor, isDigest, type Manifest } from '../../oci/index.ts';
import { type ArchiveFiles, invalid, parseJson } from './files.ts';

/** An image of an archive: its manifest, and the files that hold the rest. */
export interface FoundImage {
  readonly manifest: Buffer;
  readonly names: readonly string[];
  readonly config: FoundBlob;
  /** Bottom first. */
  readonly layers: readonly FoundBlob[];
}

/** An index of an archive with those of its images whose files are there. */
export interface FoundIndex {
  readonly index: Buffer;
  readonly images: readonly FoundImage[];
  /** Attestations and what these list. */
  readonly blobs: readonly FoundBlob[];
  readonly names: readonly string[];
}

/** What an archive has under one set of names. */
export type Found = FoundImage | FoundIndex;

/** A blob of an archive, and the file that holds it. */
export interface FoundBlob {
  readonly file: string;
  readonly descriptor: Descriptor;
}

const mostLayers = 500;

/** Reads a manifest's descriptors; `fileOf` says where blobs lie. Throws `ARCHIVE_INVALID`. */
export function foundImage(
  files: ArchiveFiles,
  manifest: Buffer,
  names: readonly string[],
  fileOf: (descriptor: Descriptor) => string,
): FoundImage {
  const { config, layers } = parseJson(manifest, 'image manifest') as Partial<Manifest>;
  if (!Array.isArray(layers) || layers.length > mostLayers)
    throw invalid(`an image manifest lists no layers, or more than ${mostLayers}`);
  const find = (descriptor: unknown): FoundBlob => {
    const checked = checkDescriptor(descriptor);
    const file = fileOf(checked);
    if (!files.has(file)) throw invalid(`blob "${checked.digest}" is missing`);
    return { file, descriptor: checked };
  };
  return { manifest, names, config: find(config), layers: layers.map(find) };
}

/** Checks the shape of a descriptor that an archive holds. Throws `ARCHIVE_INVALID`. */
export function checkDescriptor(value: unknown): Descriptor {
  const { mediaType, digest, size } = (value ?? {}) as Partial<Descriptor>;
  if (!isDigest(digest)) throw invalid(`"${String(digest).slice(0, 100)}" is not a digest`);
  if (typeof mediaType !== 'string') throw invalid(`the descriptor of "${digest}" has no media type`);
  if (!Number.isSafeInteger(size) || Number(size) < 0)
    throw invalid(`the descriptor of "${digest}" has the size "${String(size)}"`);
  return value as Descriptor;
}
