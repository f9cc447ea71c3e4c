// The door of engine: the one interface of everything Caisson does.
export type * from './types.ts';
