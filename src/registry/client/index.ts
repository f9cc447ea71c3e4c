// The door of the registry client.
export * from './open.ts';
