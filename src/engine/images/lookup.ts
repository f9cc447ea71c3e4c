// Finding an image by what people call it.

import { CaissonError } from '../../core/index.ts';
import { formatPlatform, type Platform } from '../../oci/index.ts';
import type { ImageRecord, Store } from '../../store/index.ts';

/** The image `reference` means, of an index the one for `platform`; throws `IMAGE_NOT_FOUND`. */
export function imageOf(store: Store, reference: string, platform?: Platform): ImageRecord {
  const image = store.images.find(reference, platform);
  if (image) return image;
  if (platform !== undefined && store.images.find(reference))
    throw new CaissonError('IMAGE_NOT_FOUND', `"${reference}" has no image for ${formatPlatform(platform)}`, {
      hint: `'caisson inspect ${reference}' shows what it has.`,
    });
  throw new CaissonError('IMAGE_NOT_FOUND', `No such image: "${reference}"`, {
    hint: "'caisson images' lists those in the store; 'caisson pull', 'build', 'load' and 'import' add others.",
  });
}
