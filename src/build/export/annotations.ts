// Which annotations a manifest, an index and their descriptors get.

import { formatPlatform, normalizePlatform, type Platform } from '../../oci/index.ts';
import { sortedByKey } from './go-json.ts';
import type { ImageAnnotation } from './types.ts';

/** Annotations by key, in the order of the keys; undefined when there are none. */
export type Annotations = Readonly<Record<string, string>> | undefined;

/**
 * The annotations of a level. With a platform those for it win over those for all; without one (an index, or the only
 * manifest) those for a platform count only at the levels of an index, as in BuildKit.
 */
export function annotationsAt(
  annotations: readonly ImageAnnotation[],
  level: ImageAnnotation['level'],
  platform?: Platform,
): Annotations {
  const here = annotations.filter((annotation) => annotation.level === level);
  const general = here.filter((annotation) => level.startsWith('index') || annotation.platform === undefined);
  const own = here.filter((annotation) => platform && isFor(annotation, platform));
  const found = Object.fromEntries([...general, ...own].map(({ key, value }) => [key, value]));
  return Object.keys(found).length === 0 ? undefined : sortedByKey(found);
}

function isFor({ platform: wanted }: ImageAnnotation, platform: Platform): boolean {
  return wanted !== undefined && nameOf(wanted) === nameOf(platform);
}

function nameOf(platform: Platform): string {
  return formatPlatform(normalizePlatform(platform));
}
