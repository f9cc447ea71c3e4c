// Which image of an index stands in Docker's `manifest.json`: that of this machine, else the first.

import { CaissonError } from '../../../core/index.ts';
import { hostPlatform, platformRank } from '../../../oci/index.ts';
import { isImage } from '../choose.ts';
import { parseManifest } from '../parse.ts';
import type { ManifestBytes } from '../types.ts';

/** The image itself, or the one of an index that fits best. Throws `FORMAT_UNFIT` where there is none. */
export function archiveImage(root: ManifestBytes, manifests: readonly ManifestBytes[]): ManifestBytes {
  const parsed = parseManifest(root);
  if (parsed.kind === 'manifest') return root;
  const images = parsed.index.manifests.filter(isImage);
  const fits = images.find(({ platform }) => platform && platformRank(hostPlatform(), platform) >= 0);
  const digest = (fits ?? images[0])?.digest;
  const image = manifests.find(({ descriptor }) => descriptor.digest === digest);
  if (image) return image;
  throw new CaissonError('FORMAT_UNFIT', "The index has no image that Docker's archive could list", {
    hint: 'Use oci-archive:FILE.',
  });
}
