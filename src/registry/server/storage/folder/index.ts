// The door of folder: a registry kept in a folder.
export { type FolderStorageOptions, openFolderStorage } from './open.ts';
