// Finding the images of an OCI image layout (image-spec, image-layout.md).

import { CaissonError } from '../../core/index.ts';
import {
  type Descriptor,
  formatPlatform,
  hexOf,
  hostPlatform,
  type ImageConfig,
  type Index,
  isIndexType,
  isManifestType,
  type Manifest,
  type Platform,
  platformRank,
  sha256,
} from '../../oci/index.ts';
import { type ArchiveFiles, invalid, parseJson } from './files.ts';
import {
  checkDescriptor,
  type Found,
  type FoundBlob,
  type FoundImage,
  type FoundIndex,
  foundImage,
} from './found-image.ts';
import { namesOf } from './names.ts';

interface Walk {
  readonly files: ArchiveFiles;
  readonly wanted: Platform | undefined;
  /** Manifests that may still be visited: an index can list itself in many ways. */
  budget: number;
}

const mostManifests = 2000;
const deepestNesting = 4;

/**
 * Finds the images `index.json` lists. An entry that is an index stays one, with all platforms that are there; with `wanted`,
 * or where indexes are nested, it gives one image: for `wanted`, else for this machine, else the only one.
 * Throws `ARCHIVE_INVALID`, `DIGEST_MISMATCH`, `PLATFORM_NOT_FOUND`.
 */
export function findOciImages(files: ArchiveFiles, wanted?: Platform): readonly Found[] {
  const walk: Walk = { files, wanted, budget: mostManifests };
  const entries = entriesOf(files.read('index.json'), 'index.json');
  // What refers to images is listed beside them.
  const images = entries.filter((entry) => !isAttestation(entry));
  return groupByName(images.length > 0 ? images : entries).map(({ group, names }) => {
    const [entry] = group;
    const whole = entry && group.length === 1 && !wanted ? findIndex(walk, entry, names) : undefined;
    if (whole) return whole;
    const leaves = group.flatMap((entry) => leavesOf(walk, entry, 0));
    return toImage(walk, pick(walk, leaves), names);
  });
}

/** An index of image manifests; undefined where it is none, lists other indexes, or no image is there. */
function findIndex(walk: Walk, entry: Descriptor, names: readonly string[]): FoundIndex | undefined {
  if (!isIndexType(entry.mediaType)) return undefined;
  const index = readBlob(walk, entry);
  const entries = entriesOf(index, entry.digest);
  walk.budget -= entries.length;
  if (walk.budget < 0) throw invalid(`it lists more than ${mostManifests} manifests`);
  if (!entries.every(({ mediaType }) => isManifestType(mediaType))) return undefined;
  const here = entries.filter((below) => walk.files.has(fileOf(below)));
  const images = here.filter((below) => !isAttestation(below)).map((leaf) => toImage(walk, leaf, []));
  const blobs = here.filter(isAttestation).flatMap((leaf) => blobsBelow(toImage(walk, leaf, []), leaf));
  return images.length === 0 ? undefined : { index, images, blobs, names };
}

function blobsBelow({ config, layers }: FoundImage, descriptor: Descriptor): readonly FoundBlob[] {
  return [{ file: fileOf(descriptor), descriptor }, config, ...layers];
}

interface NamedGroup {
  readonly group: readonly Descriptor[];
  readonly names: readonly string[];
}

/** An image may be listed once for each of its names, and the platforms of one image side by side under one name. */
function groupByName(entries: readonly Descriptor[]): readonly NamedGroup[] {
  const images = [...Map.groupBy(entries, (entry) => entry.digest).values()].map((same) => ({
    group: same.slice(0, 1),
    names: [...new Set(same.flatMap(namesOf))],
  }));
  const groups = Map.groupBy(images, ({ names }, position) => names.join(' ') || `unnamed ${position}`);
  return [...groups.values()].map((same) => ({
    group: same.flatMap((image) => image.group),
    names: same[0]?.names ?? [],
  }));
}

/** The image manifests below an entry, in order, without attestations and without those the archive leaves out. */
function leavesOf(walk: Walk, entry: Descriptor, depth: number): readonly Descriptor[] {
  if (--walk.budget < 0) throw invalid(`it lists more than ${mostManifests} manifests`);
  if (isAttestation(entry)) return [];
  if (isManifestType(entry.mediaType)) return depth > 0 && !walk.files.has(fileOf(entry)) ? [] : [entry];
  if (!isIndexType(entry.mediaType)) return [];
  if (depth >= deepestNesting) throw invalid(`indexes are nested more than ${deepestNesting} deep`);
  const text = readBlob(walk, entry);
  return entriesOf(text, entry.digest).flatMap((below) => leavesOf(walk, below, depth + 1));
}

function isAttestation({ annotations, platform, artifactType }: Descriptor): boolean {
  return (
    annotations?.['vnd.docker.reference.type'] !== undefined ||
    artifactType !== undefined ||
    platform?.os === 'unknown'
  );
}

function pick(walk: Walk, leaves: readonly Descriptor[]): Descriptor {
  const wanted = walk.wanted ?? hostPlatform();
  const ranked = leaves
    .map((leaf) => ({ leaf, rank: leaves.length > 1 || walk.wanted ? rankOf(walk, wanted, leaf) : 0 }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank);
  const best = ranked[0]?.leaf;
  if (best) return best;
  if (leaves.length === 0) throw invalid('an index has no image in it');
  throw new CaissonError(
    'PLATFORM_NOT_FOUND',
    `The archive has no image for ${formatPlatform(wanted)}; it has ${leaves.map((leaf) => formatPlatform(platformOf(walk, leaf))).join(', ')}`,
    { hint: 'Name one of these with --platform.' },
  );
}

function rankOf(walk: Walk, wanted: Platform, leaf: Descriptor): number {
  return platformRank(wanted, platformOf(walk, leaf));
}

/** A descriptor need not say its platform; the config does. */
function platformOf(walk: Walk, leaf: Descriptor): Platform {
  if (leaf.platform) return leaf.platform;
  const { config } = parseJson(readBlob(walk, leaf), leaf.digest) as Partial<Manifest>;
  const descriptor = checkDescriptor(config);
  const { os, architecture, variant } = parseJson(
    readBlob(walk, descriptor),
    descriptor.digest,
  ) as ImageConfig;
  return { os: String(os), architecture: String(architecture), ...(variant ? { variant } : {}) };
}

function toImage(walk: Walk, leaf: Descriptor, names: readonly string[]): FoundImage {
  return foundImage(walk.files, readBlob(walk, leaf), names, fileOf);
}

function readBlob({ files }: Walk, descriptor: Descriptor): Buffer {
  const bytes = files.read(fileOf(descriptor));
  const digest = sha256(bytes);
  if (digest === descriptor.digest && bytes.length === descriptor.size) return bytes;
  throw new CaissonError(
    'DIGEST_MISMATCH',
    `Blob "${descriptor.digest}" of ${descriptor.size} bytes is in the archive as "${digest}" of ${bytes.length} bytes`,
    { hint: 'The archive is damaged; save or copy it again.' },
  );
}

function fileOf(descriptor: Descriptor): string {
  return `blobs/sha256/${hexOf(descriptor.digest)}`;
}

function entriesOf(bytes: Buffer, name: string): readonly Descriptor[] {
  const { manifests } = parseJson(bytes, name) as Partial<Index>;
  if (!Array.isArray(manifests)) throw invalid(`"${name}" lists no manifests`);
  return manifests.map(checkDescriptor);
}
