// Writing an archive as a folder: into a sibling first, which then takes the target's place.

import { existsSync, readdirSync } from 'node:fs';
import { mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import type { ArchiveMember } from './members.ts';
import { verified } from './verified.ts';

/** Writes the members below the folder `target`, which must be missing or empty. Throws `TARGET_EXISTS`. */
export async function writeFolder(members: readonly ArchiveMember[], target: string): Promise<void> {
  const there = existsSync(target);
  if (there && readdirSync(target).length > 0) throw exists(target);
  const partial = `${target}.partial-${process.pid}`;
  try {
    await mkdir(partial);
    for (const member of members) await writeMember(partial, member);
    if (there) await rmdir(target);
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** Writes a member to its place below `folder`, which must be free. Throws `BLOB_CORRUPT`. */
export async function writeMember(
  folder: string,
  { name, size, digest, bytes }: ArchiveMember,
): Promise<void> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx', 0o644);
  try {
    if (Buffer.isBuffer(bytes)) return await file.writeFile(bytes);
    const expected = { size, ...(digest === undefined ? {} : { digest }) };
    for await (const chunk of verified(await bytes(), expected)) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

function exists(target: string): CaissonError {
  return new CaissonError('TARGET_EXISTS', `The folder "${target}" exists and is not empty`, {
    hint: 'Name a folder that does not exist yet, or empty it.',
  });
}
