// The door of context: which files a build may see, and their digests.
export type * from './types.ts';
