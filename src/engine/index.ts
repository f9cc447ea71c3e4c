// The door of engine: the one interface of everything Caisson does.
export { openEngine } from './local.ts';
export type * from './types.ts';
