// The door of push: images of the store, and what builds make, to registries.
export { namesInRepository, type PushServices, pushImage } from './image.ts';
export {
  type Destination,
  fetchCached,
  pushCache,
  pushWhole,
  resolveCache,
  type TransportServices,
  type WholeCache,
  type WholeImage,
} from './transports.ts';
export type { PushedLayer, PushedName, PushImageOptions, PushWatch } from './types.ts';
