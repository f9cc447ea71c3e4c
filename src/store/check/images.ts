// Checks images: manifest, config and the blobs that cannot be made again are there, and `index.json` lists them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import { indexText, writeIndex } from '../content/index.ts';
import type { ImageRecord, IndexRecord } from '../types.ts';
import { dropImage, dropIndex } from './drop.ts';
import type { CheckParts } from './parts.ts';
import type { Problem } from './types.ts';

/** Finds images with lost blobs. Manifest and config are in the database too and can be put back. */
export function checkImages(parts: CheckParts): readonly Problem[] {
  const problems = parts.images
    .list()
    .flatMap((image) => [...lostRecords(parts, image), ...lostLayers(parts, image)]);
  const indexes = parts.images.listIndexes().flatMap((index) => lostOfIndex(parts, index));
  return [...problems, ...indexes, ...checkIndex(parts)];
}

/** An index is in the database too; what it lists besides images is only in blobs. */
function lostOfIndex(parts: CheckParts, { digest, blobs, names }: IndexRecord): readonly Problem[] {
  const { database, content } = parts;
  const name = names[0] ?? digest;
  const lost = blobs.find((blob) => !content.has(blob));
  const drop = (): void => dropIndex(parts, digest);
  const rewrite = (): void => {
    const row = database.get<{ text: string }>('SELECT text FROM image_index WHERE digest = ?', digest);
    if (row && content.put(Buffer.from(row.text), '').digest !== digest) drop();
  };
  const missing = (what: string, remedy: string, repair: () => void): Problem => ({
    code: 'BLOB_MISSING',
    severity: 'error',
    message: `The ${what} of index "${name}" is missing`,
    remedy,
    repair,
  });
  return [
    ...(lost === undefined
      ? []
      : [missing(`blob "${lost}"`, 'The index goes; its images stay under its names.', drop)]),
    ...(content.has(digest)
      ? []
      : [missing(`blob "${digest}"`, 'It is written again from the database.', rewrite)]),
  ];
}

function lostRecords(parts: CheckParts, image: ImageRecord): readonly Problem[] {
  const row = parts.database.get<{ manifest: string; config: string }>(
    'SELECT manifest, config FROM image WHERE manifest_digest = ?',
    image.manifestDigest,
  );
  if (!row) return [];
  const texts = [
    { what: 'manifest', digest: image.manifestDigest, text: row.manifest },
    { what: 'config', digest: image.id, text: row.config },
  ];
  return texts
    .filter(({ digest }) => !parts.content.has(digest))
    .map(({ what, digest, text }) => ({
      code: 'BLOB_MISSING',
      severity: 'error' as const,
      message: `The ${what} "${digest}" of image "${nameOf(image)}" is missing`,
      remedy: 'It is written again from the database; if that is not the same, the image goes.',
      repair: () => {
        if (parts.content.put(Buffer.from(text), '').digest !== digest)
          dropImage(parts, image.manifestDigest);
      },
    }));
}

function lostLayers(parts: CheckParts, image: ImageRecord): readonly Problem[] {
  const lost = image.manifest.layers.filter(({ digest }, position) => {
    const layer = parts.layers.get(image.layers[position] ?? '');
    return !parts.content.has(digest) && !canMake(parts, layer, digest);
  });
  if (lost.length === 0) return [];
  return [
    {
      code: 'IMAGE_INCOMPLETE',
      severity: 'error',
      message: `Image "${nameOf(image)}" lost the layer blob "${lost[0]?.digest ?? ''}"`,
      remedy: 'The image goes; load or pull it again.',
      repair: () => dropImage(parts, image.manifestDigest),
    },
  ];
}

/** The tar of a layer that was built is made from its folder whenever it is needed, that of one received from its blob. */
function canMake(
  { content }: CheckParts,
  layer: ReturnType<CheckParts['layers']['get']>,
  digest: string,
): boolean {
  if (layer === undefined || (layer.diff?.diffId ?? digest) !== digest) return false;
  return layer.blob === undefined || content.has(layer.blob.digest);
}

function checkIndex({ database, images, content, paths }: CheckParts): readonly Problem[] {
  return database.transaction(() => {
    if (readText(join(paths.root, 'index.json')) === indexText(images, content)) return [];
    return [
      {
        code: 'INDEX_STALE',
        severity: 'warning',
        message: '"index.json" does not list the images that are there',
        remedy: 'It is written again.',
        repair: () => database.transaction(() => writeIndex(paths.root, images, content)),
      },
    ];
  });
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function nameOf(image: ImageRecord): string {
  return image.names[0] ?? image.id;
}
