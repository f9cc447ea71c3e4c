// The door of registry: images come from registries and go to them.
export * from './client/index.ts';
export * from './copy/index.ts';
export * from './pull/index.ts';
export * from './push/index.ts';
export type * from './types.ts';
