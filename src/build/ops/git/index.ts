// The door of git: files of commits, fetched with the git program.
export { isOverSsh } from './credentials.ts';
export { fetchTree, treeKey } from './fetch.ts';
export { parseGitContext, parseGitReference } from './reference.ts';
export { resolveCommit } from './resolve.ts';
export type * from './types.ts';
