// The door of engine: the one interface of everything Caisson does.
export { openEngine } from './local.ts';
export { checkRegistry, type CollectRequest, collectRegistry } from './registry/collect.ts';
export {
  defaultRegistryRoot,
  type ServedRegistry,
  type ServeRequest,
  serveRegistry,
} from './registry/serve.ts';
export type * from './types.ts';
