// The door of copy: COPY and ADD.
export { executeCopy } from './execute.ts';
export { explainFiles } from './explain.ts';
export { readManifest } from './manifest.ts';
export { prepareCopy } from './prepare.ts';
export type * from './types.ts';
