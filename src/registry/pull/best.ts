// Which image of an index serves a platform best.

import {
  type Descriptor,
  type Digest,
  isIndexType,
  isManifestType,
  type Platform,
  platformRank,
} from '../../oci/index.ts';
import { invalidManifest } from './invalid.ts';
import { isAttached } from './manifest.ts';

/** Reads what an index lists. */
export interface IndexReader {
  /** What an index within the index lists. */
  entries(index: Descriptor): Promise<readonly Descriptor[]>;
  /** What an image's config says; undefined where it is no image. */
  platform(image: Descriptor): Promise<Platform | undefined>;
}

/** What was found for a platform, and what else there is. */
export interface BestImage {
  readonly best?: Descriptor;
  /** The index within the index that lists it. */
  readonly within?: Digest;
  /** Platforms of what was looked at. */
  readonly offered: readonly Platform[];
}

interface Walk {
  readonly wanted: Platform;
  readonly reader: IndexReader;
  readonly offered: Platform[];
  /** Manifests and indexes that may still be read: an index can list others in many ways. */
  budget: number;
}

const deepestNesting = 4;
const mostRead = 64;

/**
 * The image that fits `wanted` best. What the index says of platforms counts first; then, as in containerd, what the configs say of
 * images that it says nothing of; then indexes within it. Throws `MANIFEST_INVALID` where too much would have to be read.
 */
export async function bestImage(
  entries: readonly Descriptor[],
  wanted: Platform,
  reader: IndexReader,
): Promise<BestImage> {
  const walk: Walk = { wanted, reader, offered: [], budget: mostRead };
  return { ...(await bestBelow(walk, entries, 0)), offered: walk.offered };
}

async function bestBelow(
  walk: Walk,
  entries: readonly Descriptor[],
  depth: number,
): Promise<Pick<BestImage, 'best' | 'within'>> {
  const images = entries.filter((entry) => isManifestType(entry.mediaType) && !isAttached(entry));
  const best = bestOf(walk, images) ?? bestOf(walk, await withPlatforms(walk, images));
  if (best) return { best };
  for (const index of entries.filter(({ mediaType }) => isIndexType(mediaType))) {
    if (depth >= deepestNesting) throw tooDeep(index);
    spend(walk, index);
    const found = await bestBelow(walk, await walk.reader.entries(index), depth + 1);
    if (found.best) return { within: index.digest, ...found };
  }
  return {};
}

/** Those that the index says no platform of, with what their configs say. */
async function withPlatforms(walk: Walk, images: readonly Descriptor[]): Promise<readonly Descriptor[]> {
  const known: Descriptor[] = [];
  for (const image of images.filter(({ platform }) => platform === undefined)) {
    spend(walk, image);
    const platform = await walk.reader.platform(image);
    if (platform) known.push({ ...image, platform });
  }
  return known;
}

function bestOf({ wanted, offered }: Walk, images: readonly Descriptor[]): Descriptor | undefined {
  const said = images.flatMap((image) => (image.platform ? [{ image, platform: image.platform }] : []));
  offered.push(...said.map(({ platform }) => platform));
  const [best] = said
    .map(({ image, platform }) => ({ image, rank: platformRank(wanted, platform) }))
    .filter(({ rank }) => rank >= 0)
    .toSorted((a, b) => a.rank - b.rank);
  return best?.image;
}

function spend(walk: Walk, { digest }: Descriptor): void {
  if (walk.budget-- <= 0)
    throw invalidManifest(
      'The index',
      `more than ${mostRead} of what it lists would have to be read to find a platform, "${digest}" next`,
    );
}

function tooDeep({ digest }: Descriptor) {
  return invalidManifest('The index', `"${digest}" is nested more than ${deepestNesting} deep in it`);
}
