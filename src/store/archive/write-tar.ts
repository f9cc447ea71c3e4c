// Writing an archive as a tar stream.

import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { encodeHeader, endOfArchive, padding, type TarEntryType } from '../../oci/index.ts';
import type { ArchiveMember } from './members.ts';
import { verified } from './verified.ts';

/** Writes the members as tar and ends `target`. Times are zero: the same images are the same bytes. */
export async function writeTar(members: readonly ArchiveMember[], target: Writable): Promise<void> {
  await pipeline(Readable.from(tarOf(members), { objectMode: false }), target);
}

async function* tarOf(members: readonly ArchiveMember[]): AsyncGenerator<Buffer, void, undefined> {
  for (const folder of foldersOf(members)) yield header('directory', folder, 0);
  for (const { name, size, digest, bytes } of members) {
    yield header('file', name, size);
    if (Buffer.isBuffer(bytes)) yield bytes;
    else yield* verified(await bytes(), { size, ...(digest === undefined ? {} : { digest }) });
    yield Buffer.alloc(padding(size));
  }
  yield endOfArchive;
}

function foldersOf(members: readonly ArchiveMember[]): readonly string[] {
  const folders = members
    .filter(({ name }) => name.includes('/'))
    .map(({ name }) => name.slice(0, name.lastIndexOf('/')));
  return folders.length === 0 ? [] : ['blobs', ...new Set(folders)];
}

function header(type: TarEntryType, name: string, size: number): Buffer {
  return encodeHeader({ type, name, size, mode: type === 'file' ? 0o644 : 0o755, mtime: 0, uid: 0, gid: 0 });
}
