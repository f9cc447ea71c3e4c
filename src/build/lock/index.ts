// The door of lock: pinning what a Dockerfile names.
export { readLock } from './file.ts';
export { pinnedImages, sourcePins } from './pins.ts';
export type * from './types.ts';
