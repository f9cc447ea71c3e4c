// Checks images: manifest, config and the blobs that cannot be made again are there, and `index.json` lists them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import { indexText, writeIndex } from '../content/index.ts';
import type { ImageRecord } from '../types.ts';
import { dropImage } from './drop.ts';
import type { CheckParts } from './parts.ts';
import type { Problem } from './types.ts';

/** Finds images with lost blobs. Manifest and config are in the database too and can be put back. */
export function checkImages(parts: CheckParts): readonly Problem[] {
  const problems = parts.images
    .list()
    .flatMap((image) => [...lostRecords(parts, image), ...lostLayers(parts, image)]);
  return [...problems, ...checkIndex(parts)];
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
    return !parts.content.has(digest) && !canMake(layer, digest);
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

/** A layer that was built has no blob; its tar is made from its folder whenever it is needed. */
function canMake(layer: ReturnType<CheckParts['layers']['get']>, digest: string): boolean {
  return layer !== undefined && layer.blob === undefined && (layer.diff?.diffId ?? digest) === digest;
}

function checkIndex({ database, images, content, paths }: CheckParts): readonly Problem[] {
  return database.transaction(() => {
    if (readText(join(paths.root, 'index.json')) === indexText(images.list(), content)) return [];
    return [
      {
        code: 'INDEX_STALE',
        severity: 'warning',
        message: '"index.json" does not list the images that are there',
        remedy: 'It is written again.',
        repair: () => database.transaction(() => writeIndex(paths.root, images.list(), content)),
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
