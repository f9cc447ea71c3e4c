// The door of server: the embedded registry.
export * from './http/index.ts';
export type * from './storage/index.ts';
export type * from './types.ts';
