// The door of sources: where a build's files come from.
export { openSources } from './open.ts';
export type * from './types.ts';
