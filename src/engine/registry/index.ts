// The door of the engine's registry service.
export { baseImages } from './base-images.ts';
export * from './client.ts';
export { cacheTransport, imageTransport } from './push.ts';
export * from './service.ts';
export type * from './services.ts';
