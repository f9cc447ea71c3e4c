// Which images a collection takes.

import type { ImageRecord } from '../types.ts';
import type { CollectOptions } from './types.ts';

/** The images that go: none of those a container uses, those without a name or all, made before `until`, with the labels asked for. */
export function imagesToDrop(
  images: readonly ImageRecord[],
  inUse: ReadonlySet<string>,
  options: CollectOptions,
): readonly ImageRecord[] {
  const { images: which = 'none', until = Number.POSITIVE_INFINITY, labels = [] } = options;
  if (which === 'none') return [];
  return images.filter(
    (image) =>
      !inUse.has(image.manifestDigest) &&
      (which === 'all' || (image.names.length === 0 && image.memberOf === undefined)) &&
      image.created < until &&
      labels.every((filter) => matches(image, filter)),
  );
}

function matches(
  image: ImageRecord,
  { key, value, not }: NonNullable<CollectOptions['labels']>[number],
): boolean {
  const found = image.config.config?.Labels?.[key];
  const fits = found !== undefined && (value === undefined || found === value);
  return fits !== (not ?? false);
}
