// What a name gives in a registry: the manifest or index, and the images that are to be pulled of it.

import { CaissonError, isCaissonError } from '../../core/index.ts';
import {
  type Descriptor,
  hostPlatform,
  isIndexType,
  isManifestType,
  type Platform,
  platformRank,
} from '../../oci/index.ts';
import type { RemoteManifest } from '../types.ts';
import { bestImage } from './best.ts';
import type { BlobReader } from './bytes.ts';
import { invalidManifest, nestedIndex, noMatch, notAnImage, otherPlatform } from './invalid.ts';
import {
  isAttached,
  type ListedLayer,
  readConfig,
  readImageManifest,
  readIndex,
  readManifest,
} from './manifest.ts';
import type { PullImageOptions } from './types.ts';

/** An image that is to be pulled. */
export interface FoundImage {
  readonly manifest: RemoteManifest;
  readonly config: Buffer;
  readonly platform: Platform;
  readonly layers: readonly ListedLayer[];
}

/** What is to be pulled. */
export interface Found {
  /** Where the name gives an index that lists the images itself. */
  readonly index?: RemoteManifest;
  readonly images: readonly FoundImage[];
  /** Manifests of attestations and other artifacts. */
  readonly attached: readonly RemoteManifest[];
  /** What these list. */
  readonly blobs: readonly Descriptor[];
}

type Asked = Pick<PullImageOptions, 'platform' | 'anyPlatform' | 'allPlatforms' | 'signal' | 'onEvent'>;

const mostAtOnce = 4;
const mostManifests = 2000;

/** Reads what `root` is made of. Throws `MANIFEST_INVALID`, `NOT_AN_IMAGE`, `PLATFORM_NOT_FOUND`, `FORMAT_UNFIT`. */
export async function findImages(
  reader: BlobReader,
  root: RemoteManifest,
  name: string,
  asked: Asked,
): Promise<Found> {
  const { mediaType } = root.descriptor;
  if (isManifestType(mediaType)) {
    const image = await findImage(reader, root, name, asked);
    checkPlatform(image, name, asked);
    return { images: [image], attached: [], blobs: [] };
  }
  if (!isIndexType(mediaType)) throw notAnImage(name, mediaType);
  return asked.allPlatforms ? findAll(reader, root, name, asked) : findBest(reader, root, name, asked);
}

/** The image for the platform. The store keeps no indexes within indexes: an image of one comes by itself. */
async function findBest(
  reader: BlobReader,
  root: RemoteManifest,
  name: string,
  asked: Asked,
): Promise<Found> {
  const read = onceRead((entry) => findListed(reader, entry, asked));
  const wanted = asked.platform ?? hostPlatform();
  const { best, within, offered } = await bestImage(entriesOf(root), wanted, {
    entries: async (index) => entriesOf(await reader.manifest(index, asked)),
    platform: async (entry) => imageOf(await read(entry))?.platform,
  });
  if (!best) throw noMatch(name, wanted, offered);
  const image = imageOf(await read(best));
  if (!image) throw notAnImage(best.digest, best.mediaType);
  return { ...(within === undefined ? { index: root } : {}), images: [image], attached: [], blobs: [] };
}

/** All that an index lists; what is no image is kept beside the images, so that the index can be pushed again. */
async function findAll(reader: BlobReader, root: RemoteManifest, name: string, asked: Asked): Promise<Found> {
  const entries = entriesOf(root);
  const nested = entries.find(({ mediaType }) => isIndexType(mediaType));
  if (nested)
    throw nestedIndex(nested.digest, 'Pull one platform with --platform, or copy it to an OCI layout.');
  const manifests = entries.filter(({ mediaType }) => isManifestType(mediaType));
  const listed = await inTurns(manifests, (entry) => findListed(reader, entry, asked));
  const images = listed.flatMap((each) => imageOf(each) ?? []);
  if (images.length === 0) throw noMatch(name, asked.platform ?? hostPlatform(), []);
  const attached = listed.flatMap((each) => ('config' in each ? [] : [each]));
  const blobs = attached.map(readManifest).flatMap(({ config, layers }) => [config, ...layers]);
  return { index: root, images, attached, blobs };
}

function entriesOf(index: RemoteManifest): readonly Descriptor[] {
  const entries = readIndex(index);
  if (entries.length <= mostManifests) return entries;
  throw invalidManifest(
    `The index ${index.descriptor.digest}`,
    `it lists more than ${mostManifests} manifests`,
  );
}

/** An image, or the manifest of what is none. */
type Listed = FoundImage | RemoteManifest;

async function findListed(reader: BlobReader, entry: Descriptor, asked: Asked): Promise<Listed> {
  const manifest = await fetchListed(reader, entry, asked);
  if (isAttached(entry)) return manifest;
  try {
    return await findImage(reader, manifest, entry.digest, asked);
  } catch (error) {
    if (isCaissonError(error, 'NOT_AN_IMAGE')) return manifest;
    throw error;
  }
}

function imageOf(listed: Listed): FoundImage | undefined {
  return 'config' in listed ? listed : undefined;
}

/** What is asked for its platform is not fetched again when it is chosen. */
function onceRead(read: (entry: Descriptor) => Promise<Listed>): typeof read {
  const known = new Map<string, Promise<Listed>>();
  return (entry) => {
    const reading = known.get(entry.digest) ?? read(entry);
    known.set(entry.digest, reading);
    return reading;
  };
}

async function findImage(
  reader: BlobReader,
  remote: RemoteManifest,
  name: string,
  asked: Asked,
): Promise<FoundImage> {
  const manifest = readImageManifest(remote, name);
  const config = await reader.bytes(manifest.config, asked);
  return { manifest: remote, config, ...readConfig(config, manifest) };
}

async function fetchListed(reader: BlobReader, entry: Descriptor, asked: Asked): Promise<RemoteManifest> {
  const manifest = await reader.manifest(entry, asked);
  if (isManifestType(manifest.descriptor.mediaType)) return manifest;
  throw new CaissonError(
    'MANIFEST_INVALID',
    `The manifest ${entry.digest} is listed as "${entry.mediaType}" and is "${manifest.descriptor.mediaType}"`,
    { hint: 'The index contradicts what it lists; whoever pushed it must push it again.' },
  );
}

/** An image whose name gives no index is for one platform only. */
function checkPlatform(
  { platform: found }: FoundImage,
  name: string,
  { platform, anyPlatform = false, onEvent }: Asked,
): void {
  const wanted = platform ?? hostPlatform();
  if (platformRank(wanted, found) >= 0) return;
  const error = otherPlatform(name, wanted, found);
  if (platform !== undefined && !anyPlatform) throw error;
  onEvent({ kind: 'warning', message: error.message, time: Date.now() });
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += mostAtOnce)
    results.push(...(await Promise.all(items.slice(at, at + mostAtOnce).map(work))));
  return results;
}
