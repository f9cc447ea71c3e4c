// A base image as the start of a root file system: the layers the store has of it.

import { CaissonError } from '../../core/index.ts';
import type { LayerId, Lease, Store } from '../../store/index.ts';
import type { ImageVertex } from '../types.ts';

/** The layers of the image, bottom first, held by `lease` while the build lasts. Throws `IMAGE_NOT_FOUND`. */
export function openImageLayers(store: Store, lease: Lease, vertex: ImageVertex): readonly LayerId[] {
  const image = store.images.find(vertex.manifestDigest);
  if (image === undefined) throw imageGone(vertex);
  lease.hold(image.layers);
  return image.layers;
}

function imageGone(vertex: ImageVertex): CaissonError {
  return new CaissonError(
    'IMAGE_NOT_FOUND',
    `The image "${vertex.reference}" (${vertex.manifestDigest}) is not in the store`,
    {
      hint: 'It was removed while the build ran; load or pull it again.',
      ...(vertex.location === undefined ? {} : { location: vertex.location }),
    },
  );
}
