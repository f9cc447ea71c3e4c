// The door of store: everything Caisson keeps on disk.
export type * from './types.ts';
