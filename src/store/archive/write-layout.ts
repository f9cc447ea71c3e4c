// Writing an image layout into a folder: a new one, or one that holds other images already.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Descriptor, Index } from '../../oci/index.ts';
import { parseJson } from './files.ts';
import type { ArchiveMember } from './members.ts';
import { writeFolder, writeMember } from './write-folder.ts';

/**
 * Writes the layout's members below `target`. Into an image layout they are added: blobs first, each whole, then the index,
 * where a name goes to the new image. Throws `TARGET_EXISTS` for a folder that holds something else.
 */
export async function writeLayoutFolder(members: readonly ArchiveMember[], target: string): Promise<void> {
  if (!isLayout(target)) return writeFolder(members, target);
  const staging = join(target, `.partial-${process.pid}`);
  try {
    await mkdir(staging);
    for (const member of members)
      if (member.digest !== undefined && !existsSync(join(target, member.name)))
        await place(member, staging, target);
    await writeFile(join(staging, 'index.json'), mergedIndex(members, target));
    await rename(join(staging, 'index.json'), join(target, 'index.json'));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function isLayout(target: string): boolean {
  return (
    existsSync(target) && readdirSync(target).includes('oci-layout') && existsSync(join(target, 'index.json'))
  );
}

async function place(member: ArchiveMember, staging: string, target: string): Promise<void> {
  await writeMember(staging, member);
  await mkdir(dirname(join(target, member.name)), { recursive: true });
  await rename(join(staging, member.name), join(target, member.name));
}

function mergedIndex(members: readonly ArchiveMember[], target: string): string {
  const there = parseJson(readFileSync(join(target, 'index.json')), 'index.json') as Index;
  const given = members.find(({ name }) => name === 'index.json')?.bytes;
  const added = Buffer.isBuffer(given) ? (JSON.parse(given.toString()) as Index).manifests : [];
  const taken = new Set(added.map(identity));
  const kept = there.manifests.filter((entry) => !taken.has(identity(entry)));
  return JSON.stringify({ ...there, manifests: [...kept, ...added] });
}

/** An entry is replaced by one of its name, or of its digest where it has none. */
function identity({ annotations, digest }: Descriptor): string {
  return annotations?.['io.containerd.image.name'] ?? digest;
}
