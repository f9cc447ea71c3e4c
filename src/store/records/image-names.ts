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
    'INSERT OR REPLACE INTO image_name (name, manifest_digest, index_digest) VALUES (?, ?, ?)',
    formatReference(tagged),
    manifestDigest,
    indexDigest ?? null,
  );
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
