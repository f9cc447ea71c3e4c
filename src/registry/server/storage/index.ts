// The door of storage: where a registry's content is kept.
export { type FolderStorageOptions, openFolderStorage } from './folder/index.ts';
export type * from './types.ts';
