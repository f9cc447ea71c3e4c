// The door of cachemounts: folders that builds keep from step to step.
export { cacheMountPaths, folderNames, readRecord } from './folders.ts';
export { openCacheMounts } from './store.ts';
export type * from './types.ts';
