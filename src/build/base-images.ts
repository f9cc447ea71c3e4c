// Base images: found in the store, unless the services say otherwise.

import { CaissonError } from '../core/index.ts';
import { formatPlatform, type Platform } from '../oci/index.ts';
import type { ImageRecord, Store } from '../store/index.ts';
import type { BuildServices } from './request.ts';
import type { PlanOptions } from './types.ts';

/** Finds the base images of a build. Throws `IMAGE_NOT_FOUND`. */
export function imageResolver({ resolveImage, store }: BuildServices): PlanOptions['resolveImage'] {
  return resolveImage ?? ((reference, platform) => fromStore(store, reference, platform));
}

async function fromStore(store: Store, reference: string, platform: Platform): Promise<ImageRecord> {
  const image = store.images.find(reference, platform);
  if (image !== undefined) return image;
  const others = store.images.findIndex(reference)?.images.map((other) => formatPlatform(other.platform));
  if (others !== undefined)
    throw new CaissonError(
      'IMAGE_NOT_FOUND',
      `no match for platform in manifest: "${reference}" has no image for ${formatPlatform(platform)}`,
      { hint: `It has ${others.join(', ')}.` },
    );
  throw new CaissonError('IMAGE_NOT_FOUND', `The image "${reference}" is not in the store`, {
    hint: `Bring it in first, as with 'caisson pull ${reference}'.`,
  });
}
