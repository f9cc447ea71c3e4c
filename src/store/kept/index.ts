// The door of kept: states of failed steps.
export { openKeptStates } from './store.ts';
export type * from './types.ts';
