// The door of archive: images as files, in and out.
export { importRootfs } from './import.ts';
export { loadArchive } from './load.ts';
export type { ArchiveMember } from './members.ts';
export { nameAnnotations, repositoryTag } from './names.ts';
export type { ArchiveParts } from './parts.ts';
export { readArchive } from './read-archive.ts';
export type { ArchiveReader } from './reader.ts';
export { saveImages } from './save.ts';
export type * from './types.ts';
export { type ArchiveForm, writeArchive } from './write.ts';
