// The door of auth: who may do what.
export { authorizeBy, originOf } from './authorize.ts';
export { accessControl } from './control.ts';
export { type AccessSettings, type ConfiguredAccess, configureAccess } from './options.ts';
export { type ReloadedFile, reloadedFile } from './reloaded-file.ts';
export { tokenRoute } from './token-route.ts';
export type * from './types.ts';
