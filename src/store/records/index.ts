// The door of records: rows behind images, layers, containers, volumes and the cache.
export { dropBlobSources, openBlobSources } from './blob-sources.ts';
export { openCache } from './cache.ts';
export { dropDeadHolds, type HeldKind, type Holds, openHolds } from './holds.ts';
export { openImages } from './images.ts';
export { dropNameless, namelessIndexes } from './indexes.ts';
export { type FormedLayer, type LayerRecords, openLayerRecords } from './layers.ts';
export { openRecords } from './record-store.ts';
