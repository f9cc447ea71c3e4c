// The door of storage: where a registry's content is kept.
export type * from './types.ts';
