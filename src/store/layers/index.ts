// The door of layers: layer folders, their tar form, and the store of them.
export { layerPool } from './jobs.ts';
export { createLayerStore, type LayerStoreParts } from './layer-store.ts';
export { LayerWriter } from './layer-writer.ts';
export { contentXattrs, isKeptXattr, setOpaque } from './overlay.ts';
export { overlayDriver } from './overlay-driver.ts';
export { type PackOptions, type PackTotals, packLayer } from './pack.ts';
export { tarStream } from './tar-stream.ts';
export { type UnpackRequest, type UnpackResult, unpackLayer } from './unpack.ts';
