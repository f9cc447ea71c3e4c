// The door of manifest: lists of images that are put together here and pushed.
export { annotated, type ListAnnotations, withMembers, withoutMember } from './change.ts';
export { listBytes } from './list-bytes.ts';
export { listSource } from './list-source.ts';
export { type ManifestLists, noList, openManifestLists } from './lists.ts';
export { membersOf } from './members.ts';
export type * from './types.ts';
