// The overlay driver: a layer is the folder `layers/<id>/fs`, mounted as a lower directory as it is.

import { join } from 'node:path';
import type { LayerDriver, LayerId } from '../types.ts';

/** A {@link LayerDriver} that also knows each layer's own folder. */
export interface OverlayDriver extends LayerDriver {
  /** The folder of a layer's files, in overlay form. */
  folder(id: LayerId): string;
}

/** The driver for the layers below `layers`. */
export function overlayDriver(layers: string): OverlayDriver {
  const folder = (id: LayerId): string => join(layers, id, 'fs');
  // Overlayfs takes a folder once; of a layer that stands twice, the lower one shows nothing that the upper one does not.
  return { name: 'overlay', folder, lower: (chain) => [...new Set(chain.map(folder).reverse())] };
}
