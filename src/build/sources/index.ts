// The door of sources: where a build's files come from.
export { remoteAccess, withContextAgent } from './access.ts';
export { type BuildInputs, readInputs } from './local.ts';
export { openSources } from './open.ts';
export type * from './types.ts';
