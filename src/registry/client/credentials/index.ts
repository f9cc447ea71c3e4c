// The door of credentials: who one is to registries, by Docker's and containers' files and helpers.
export { type CredentialOptions, credentialStore } from './store.ts';
export type { CredentialPlace, CredentialStore } from './types.ts';
