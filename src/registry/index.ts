// The door of registry: images come from registries and go to them.
export * from './client/index.ts';
export * from './copy/index.ts';
export * from './manifest/index.ts';
export * from './pull/index.ts';
export * from './push/index.ts';
export type * from './server/index.ts';
export type * from './types.ts';

/** The embedded server, loaded when it is asked for: clients do without. */
export const loadRegistryServer = () => import('./server/index.ts');
