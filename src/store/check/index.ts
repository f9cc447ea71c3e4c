// The door of check: verifying and mending the store.
export { checkStore } from './check.ts';
export type { CheckParts } from './parts.ts';
export type * from './types.ts';
