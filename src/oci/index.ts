// The door of oci: types and pure functions of the OCI image, runtime and distribution specifications.
export type * from './image.ts';
export type * from './runtime.ts';
