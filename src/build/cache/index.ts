// The door of cache: results of builds that leave the store and come back.
export { type CacheServices, type CacheSession, openCaches } from './session.ts';
export type * from './types.ts';
