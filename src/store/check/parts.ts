// What a check works on.

import type { CollectParts } from '../collect/index.ts';
import type { Blobs } from '../content/index.ts';
import type { LayerRecords } from '../records/index.ts';
import type { LayerStore, VolumeStore } from '../types.ts';

/** The parts of the store that a check looks at. */
export interface CheckParts extends CollectParts {
  readonly content: Blobs;
  readonly layers: LayerStore;
  readonly layerRecords: LayerRecords;
  readonly volumes: VolumeStore;
}
