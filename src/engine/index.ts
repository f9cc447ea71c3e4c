// The door of engine: the one interface of everything Caisson does.
export { openEngine } from './local.ts';
export { type CollectRequest, checkRegistry, collectRegistry } from './registry/collect.ts';
export { defaultRegistryRoot, type RegistryPlace } from './registry/place.ts';
export { type ServedRegistry, type ServeRequest, serveRegistry } from './registry/serve.ts';
export type * from './types.ts';
