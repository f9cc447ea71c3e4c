// The files of an image layout (image-spec, image-layout.md): `oci-layout`, `index.json`, and links to the pool as blobs.

import { link, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../../core/index.ts';
import { type Digest, mediaTypes } from '../../../../oci/index.ts';
import type { Database } from '../../../../store/index.ts';
import { parseDigest } from '../../digests.ts';
import type { Places } from './places.ts';

/** Brings a repository's layout in `folder` up to date: content first, then the index that names it, then what is too much. */
export async function writeLayoutFiles(
  places: Places,
  database: Database,
  folder: string,
  repository: number,
): Promise<void> {
  const wanted = contentOf(database, repository);
  const surplus: string[] = [];
  for (const algorithm of ['sha256', 'sha512']) {
    const blobs = join(folder, 'blobs', algorithm);
    await mkdir(blobs, { recursive: true });
    const there = new Set(await readdir(blobs));
    for (const digest of wanted) {
      const { algorithm: of, hex } = parseDigest(digest);
      if (of === algorithm && !there.delete(hex)) await linkContent(places.content(digest), join(blobs, hex));
    }
    for (const name of there) surplus.push(join(blobs, name));
  }
  await replace(join(folder, 'index.json'), indexText(database, repository));
  await replace(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  for (const path of surplus) await rm(path, { force: true });
}

/** The digests that a layout has. */
export function contentOf(database: Database, repository: number): readonly Digest[] {
  return database
    .all<{ digest: Digest }>(
      'SELECT digest FROM blob WHERE repository = ? UNION SELECT digest FROM manifest WHERE repository = ?',
      repository,
      repository,
    )
    .map(({ digest }) => digest);
}

/** Content may be forgotten and swept meanwhile; the repository is then about to be written again. */
async function linkContent(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** What is tagged, each tag an entry, as `skopeo` and `podman` expect it. */
export function indexText(database: Database, repository: number): string {
  const rows = database.all<{ name: string; digest: string; size: number; mediaType: string }>(
    `SELECT tag.name, tag.digest, size, media_type AS mediaType
     FROM tag JOIN manifest USING (repository, digest) JOIN content USING (digest)
     WHERE repository = ? ORDER BY tag.name`,
    repository,
  );
  const manifests = rows.map(({ name, digest, size, mediaType }) => ({
    mediaType,
    digest,
    size,
    annotations: { 'org.opencontainers.image.ref.name': name },
  }));
  return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
}

async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
