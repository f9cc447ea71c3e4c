// Finding an image by what people call it.

import { CaissonError } from '../../core/index.ts';
import { formatPlatform, type Platform, platformRank } from '../../oci/index.ts';
import type { ImageRecord, Store } from '../../store/index.ts';

/** The image `reference` means, the one for `platform` where that is given; throws `IMAGE_NOT_FOUND`. */
export function imageOf(store: Store, reference: string, platform?: Platform): ImageRecord {
  const image = store.images.find(reference, platform);
  if (image && (platform === undefined || platformRank(platform, image.platform) >= 0)) return image;
  if (platform !== undefined && store.images.find(reference))
    throw new CaissonError('IMAGE_NOT_FOUND', `"${reference}" has no image for ${formatPlatform(platform)}`, {
      hint: `'caisson inspect ${reference}' shows what it has.`,
    });
  throw new CaissonError('IMAGE_NOT_FOUND', `No such image: "${reference}"`, {
    hint: "'caisson images' lists those in the store; 'caisson pull', 'build', 'load' and 'import' add others.",
  });
}
