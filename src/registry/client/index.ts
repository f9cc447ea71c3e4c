// The door of the registry client.
export { createRegistryClient, type RegistryClientOptions } from './client.ts';
export {
  type CredentialOptions,
  type CredentialPlace,
  type CredentialStore,
  credentialStore,
} from './credentials/index.ts';
export { type HostsOptions, readHosts } from './hosts/index.ts';
export * from './open.ts';
export { proxyFor } from './transport/index.ts';
