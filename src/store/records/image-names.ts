// The names of images: each gives one image, or the image of an index that fits this machine best.

import { CaissonError } from '../../core/index.ts';
import { type Digest, formatReference, hostPlatform, parseReference, platformRank } from '../../oci/index.ts';
import type { Database } from '../database/index.ts';
import type { ImageRecord } from '../types.ts';

/** What a name gives: an image, and the index it was chosen from. */
export interface NameTarget {
  readonly manifestDigest: Digest;
  readonly indexDigest?: Digest;
}

/** Gives a name to a target: it moves here from wherever it was. Throws `REFERENCE_INVALID`. */
export function setName(database: Database, { manifestDigest, indexDigest }: NameTarget, name: string): void {
  const reference = parseReference(name);
  if (reference.tag === undefined) {
    throw new CaissonError('REFERENCE_INVALID', `Name "${name}" has no tag`, {
      hint: 'Give a name such as "busybox:1.37"; a digest cannot be assigned.',
    });
  }
  const { digest: _, ...tagged } = reference;
  database.run(
    `INSERT INTO image_name (name, manifest_digest, index_digest) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET manifest_digest = excluded.manifest_digest, index_digest = excluded.index_digest,
      pushed_digest = iif(${targetOf('image_name')} = ${targetOf('excluded')}, pushed_digest, NULL)`,
    formatReference(tagged),
    manifestDigest,
    indexDigest ?? null,
  );
}

/** Notes which digest a registry has under a name of `of`; nothing where the name stands for something else by now. */
export function notePushed(database: Database, name: string, of: Digest, digest: Digest): void {
  database.run(
    `UPDATE image_name SET pushed_digest = ? WHERE name = ? AND ${targetOf('image_name')} = ?`,
    digest,
    name,
    of,
  );
}

/** The image that was pushed to a repository under `digest`, which is another one there than here. */
export function pushedAs(database: Database, repository: string, digest: Digest): Digest | undefined {
  const sql =
    "SELECT manifest_digest AS found FROM image_name WHERE pushed_digest = ? AND name GLOB ? || ':*'";
  return database.get<{ found: Digest }>(sql, digest, repository)?.found;
}

function targetOf(row: string): string {
  return `coalesce(${row}.index_digest, ${row}.manifest_digest)`;
}

/** Takes a name away. Throws `IMAGE_NOT_FOUND`. */
export function dropName(database: Database, name: string): void {
  const full = formatReference(parseReference(name));
  if (database.run('DELETE FROM image_name WHERE name = ?', full) > 0) return;
  throw new CaissonError('IMAGE_NOT_FOUND', `No image is named "${name}"`, {
    hint: 'List the images with "caisson images".',
  });
}

/** Of an index's images the one for `platform`; without one, for this machine, else the first. */
export function chooseImage(
  images: readonly ImageRecord[],
  platform?: Parameters<typeof platformRank>[0],
): ImageRecord | undefined {
  const wanted = platform ?? hostPlatform();
  const [best] = images
    .map((image) => ({ image, rank: platformRank(wanted, image.platform) }))
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => a.rank - b.rank);
  return best?.image ?? (platform === undefined ? images[0] : undefined);
}
