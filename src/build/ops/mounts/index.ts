// The door of mounts: what RUN --mount shows to a process.
export { withMounts } from './open.ts';
export { placeMounts } from './place.ts';
export { createSecretStore, type SecretSource } from './secret-store.ts';
export { sweepSecrets } from './shared-memory.ts';
export { removeStubs } from './stubs.ts';
export type * from './types.ts';
