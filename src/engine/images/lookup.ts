// Finding an image by what people call it.

import { CaissonError } from '../../core/index.ts';
import type { ImageRecord, Store } from '../../store/index.ts';

/** The image `reference` means; throws `IMAGE_NOT_FOUND`. */
export function imageOf(store: Store, reference: string): ImageRecord {
  const image = store.images.find(reference);
  if (image) return image;
  throw new CaissonError('IMAGE_NOT_FOUND', `No such image: "${reference}"`, {
    hint: "'caisson images' lists those in the store; 'caisson build', 'load' and 'import' add others.",
  });
}
