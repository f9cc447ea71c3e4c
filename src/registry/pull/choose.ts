// Which manifests of an index are pulled.

import {
  type Descriptor,
  hostPlatform,
  isManifestType,
  type Platform,
  platformRank,
} from '../../oci/index.ts';
import { noMatch } from './invalid.ts';
import { isAttached } from './manifest.ts';

/** The manifests of images and of what is attached to them, in the index's order. */
export interface Chosen {
  readonly images: readonly Descriptor[];
  readonly attached: readonly Descriptor[];
}

/** All that an index lists, or what serves a platform best. Throws `PLATFORM_NOT_FOUND`. */
export function chooseManifests(
  name: string,
  entries: readonly Descriptor[],
  { platform = hostPlatform(), all }: { readonly platform?: Platform | undefined; readonly all: boolean },
): Chosen {
  const manifests = entries.filter(({ mediaType }) => isManifestType(mediaType));
  const images = manifests.filter((entry) => !isAttached(entry));
  if (all && images.length > 0) return { images, attached: manifests.filter(isAttached) };
  const best = bestOf(images, platform) ?? onlyUnsaid(images);
  if (best) return { images: [best], attached: [] };
  throw noMatch(
    name,
    platform,
    images.map((image) => image.platform),
  );
}

function bestOf(images: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
  const [best] = images
    .map((image) => ({ image, rank: image.platform ? platformRank(wanted, image.platform) : -1 }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank);
  return best?.image;
}

/** A descriptor need not say its platform; then the config does. */
function onlyUnsaid(images: readonly Descriptor[]): Descriptor | undefined {
  const unsaid = images.filter(({ platform }) => platform === undefined);
  return unsaid.length === 1 ? unsaid[0] : undefined;
}
