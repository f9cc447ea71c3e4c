// The door of build: from a Dockerfile to layers and an image config.
export type * from './types.ts';
