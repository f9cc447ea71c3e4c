// The door of collect: garbage collection and disk usage.
export { dropBlobs, listBlobs } from './blobs.ts';
export { type CollectParts, collect, dropLeftovers } from './collect.ts';
export { dropLayers, hasLayerFolder, layerFolder } from './layers.ts';
export { findAbandoned, findStray, type Leftover } from './leftovers.ts';
export { emptyTrash, moveToTrash } from './trash.ts';
export type * from './types.ts';
export { measureUsage } from './usage.ts';
