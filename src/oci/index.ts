// The door of oci: types and pure functions of the OCI image, runtime and distribution specifications.
export * from './descriptor.ts';
export * from './digest.ts';
export type * from './image.ts';
export * from './json.ts';
export * from './media-types.ts';
export * from './platform.ts';
export * from './raw-path.ts';
export * from './reference.ts';
export type * from './runtime.ts';
export * from './tar/index.ts';
