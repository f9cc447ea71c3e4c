// The door of folder: a registry kept in a folder.
export { type FolderStorageOptions, openFolderStorage } from './open.ts';
export { oneAtATime } from './turns.ts';
