// The door of pull: images of registries come into the store.
export { bestImage } from './best.ts';
export { nestedIndex } from './invalid.ts';
export { pullImage } from './pull.ts';
export type * from './types.ts';
export { asVertex, planVertices } from './vertex.ts';
