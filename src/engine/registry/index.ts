// The door of the engine's registry service.
export * from './client.ts';
export { baseImages } from './pull.ts';
export { cacheTransport, imageTransport } from './push.ts';
export * from './service.ts';
export type * from './services.ts';
