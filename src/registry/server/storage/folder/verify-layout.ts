// Whether a repository's image layout is what the database says: each file a link to the pool, the index naming the tags.

import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../../core/index.ts';
import type { Digest } from '../../../../oci/index.ts';
import { parseDigest } from '../../digests.ts';
import type { FolderContext } from './context.ts';
import { contentOf, indexText } from './layout-files.ts';
import { changingRepository, repositoryId } from './repositories.ts';

/** What is wrong with a layout, by file; with `repair` it is written anew. One that is about to be written is not looked at. */
export async function verifyLayout(
  context: FolderContext,
  repository: string,
  repair: boolean,
): Promise<readonly string[]> {
  const id = repositoryId(context, repository);
  const before = revisionOf(context, repository);
  if (id === undefined || before === undefined) return [];
  const folder = context.places.layout(repository);
  const wrong: string[] = [];
  for (const digest of contentOf(context.database, id)) {
    const { algorithm, hex } = parseDigest(digest);
    const path = join(folder, 'blobs', algorithm, hex);
    if (await isLinked(context, digest, path)) continue;
    wrong.push(path);
    if (repair) await rm(path, { force: true });
  }
  const index = join(folder, 'index.json');
  if ((await textOf(index)) !== indexText(context.database, id)) wrong.push(index);
  if (revisionOf(context, repository) !== before) return [];
  if (repair && wrong.length > 0) changingRepository(context, repository);
  return wrong;
}

/** The revision of a repository whose layout is up to date. */
function revisionOf({ database }: FolderContext, repository: string): number | undefined {
  return database.get<{ revision: number }>(
    'SELECT revision FROM repository WHERE name = ? AND written = revision',
    repository,
  )?.revision;
}

/** Lost bytes are another finding: a layout has no link to what the pool lacks. */
async function isLinked({ places }: FolderContext, digest: Digest, path: string): Promise<boolean> {
  const [own, pool] = await Promise.all([inodeOf(path), inodeOf(places.content(digest))]);
  return pool === undefined || own === pool;
}

async function inodeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).ino;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
