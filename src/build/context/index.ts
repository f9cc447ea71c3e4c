// The door of context: which files a build may see, and their digests.
export { openDigestIndex } from './digest-index.ts';
export { fileMatcher, hasWildcards } from './file-match.ts';
export { openContext } from './folder.ts';
export { type HashJob, type HashResult, hashBatch } from './hash-batch.ts';
export { hashFile } from './hash-file.ts';
export { hashFiles } from './hash-files.ts';
export { compileIgnore } from './ignore.ts';
export { parseIgnoreFile } from './ignore-file.ts';
export type * from './types.ts';
