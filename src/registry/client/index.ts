// The door of the registry client.
export { createRegistryClient, type RegistryClientOptions } from './client.ts';
export * from './open.ts';
