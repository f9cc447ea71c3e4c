// Writing an archive as a tar stream.

import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Header, type Pack, pack } from 'tar-stream';
import type { ArchiveMember } from './members.ts';
import { verified } from './verified.ts';

/** Writes the members as tar and ends `target`. Times are zero: the same images are the same bytes. */
export async function writeTar(members: readonly ArchiveMember[], target: Writable): Promise<void> {
  const tar = pack();
  const written = pipeline(tar as unknown as Readable, target);
  const filled = fill(tar, members).catch((error: unknown) => {
    tar.destroy(error as Error);
    throw error;
  });
  // The first failure is the reason; the other end then fails because of it.
  await Promise.all([filled, written]);
}

async function fill(tar: Pack, members: readonly ArchiveMember[]): Promise<void> {
  for (const folder of foldersOf(members)) tar.entry(header(folder, 0, 'directory'));
  for (const member of members) await add(tar, member);
  tar.finalize();
}

async function add(tar: Pack, { name, size, digest, bytes }: ArchiveMember): Promise<void> {
  if (Buffer.isBuffer(bytes)) {
    tar.entry(header(name, size, 'file'), bytes);
    return;
  }
  const entry = tar.entry(header(name, size, 'file'));
  // Destroying the tar fails its open entry too; the reason is told once, by the tar.
  entry.on('error', () => {});
  const closed = new Promise<void>((resolve) => entry.once('close', resolve));
  for await (const chunk of verified(await bytes(), { size, ...(digest === undefined ? {} : { digest }) })) {
    if (!entry.write(chunk))
      await Promise.race([new Promise<void>((resolve) => entry.once('drain', resolve)), closed]);
    if (entry.destroyed) return;
  }
  entry.end(undefined);
  await closed;
}

function foldersOf(members: readonly ArchiveMember[]): readonly string[] {
  const folders = members
    .filter(({ name }) => name.includes('/'))
    .map(({ name }) => name.slice(0, name.lastIndexOf('/') + 1));
  return folders.length === 0 ? [] : ['blobs/', ...new Set(folders)];
}

function header(
  name: string,
  size: number,
  type: 'file' | 'directory',
): Partial<Header> & Pick<Header, 'name'> {
  return { name, size, type, mode: type === 'file' ? 0o644 : 0o755, mtime: new Date(0), uid: 0, gid: 0 };
}
