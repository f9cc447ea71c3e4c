// What a name gives in a registry: the manifest or index, and the images that are to be pulled of it.

import { CaissonError } from '../../core/index.ts';
import {
  type Descriptor,
  hostPlatform,
  isIndexType,
  isManifestType,
  type Manifest,
  type Platform,
  platformRank,
} from '../../oci/index.ts';
import type { RemoteManifest } from '../types.ts';
import type { BlobReader } from './bytes.ts';
import { chooseManifests } from './choose.ts';
import { invalidManifest, notAnImage, otherPlatform } from './invalid.ts';
import { type ListedLayer, readConfig, readImageManifest, readIndex, readManifest } from './manifest.ts';
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
  /** Where the name gives an index. */
  readonly index?: RemoteManifest;
  readonly images: readonly FoundImage[];
  /** Manifests of attestations. */
  readonly attached: readonly RemoteManifest[];
  /** What these list. */
  readonly blobs: readonly Descriptor[];
}

type Asked = Pick<PullImageOptions, 'platform' | 'anyPlatform' | 'allPlatforms' | 'signal' | 'onEvent'>;

const mostAtOnce = 4;
const mostManifests = 2000;

/** Reads what `root` is made of. Throws `MANIFEST_INVALID`, `NOT_AN_IMAGE`, `PLATFORM_NOT_FOUND`. */
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
  const entries = readIndex(root);
  if (entries.length > mostManifests)
    throw invalidManifest(`The index of "${name}"`, `it lists more than ${mostManifests} manifests`);
  const chosen = chooseManifests(name, entries, {
    platform: asked.platform,
    all: asked.allPlatforms ?? false,
  });
  const images = await inTurns(chosen.images, async (entry) =>
    findImage(reader, await fetchListed(reader, entry, asked), name, asked),
  );
  const attached = await inTurns(chosen.attached, (entry) => fetchListed(reader, entry, asked));
  const blobs = attached.map(readManifest).flatMap(({ config, layers }) => [config, ...layers]);
  return { index: root, images, attached, blobs };
}

async function findImage(
  reader: BlobReader,
  remote: RemoteManifest,
  name: string,
  asked: Asked,
): Promise<FoundImage> {
  const manifest: Manifest = readImageManifest(remote, name);
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
