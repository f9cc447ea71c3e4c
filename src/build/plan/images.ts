// Finding the images a target needs, side by side; a base's triggers may need further ones.

import { suggest } from '../../../grammar/index.ts';
import { isCaissonError } from '../../core/index.ts';
import type { ImageRecord } from '../../store/index.ts';
import type { PlanOptions } from '../types.ts';
import { imageInstead } from './named-contexts.ts';
import { type ImageNeed, type Images, imageKey, type Needs, needsOf } from './needs.ts';
import type { Problem } from './problem.ts';
import type { PlannedStage } from './stages.ts';

/** What the target needs, every image found or its absence in `problems`. */
export async function findImages(
  target: number,
  stages: readonly PlannedStage[],
  options: PlanOptions,
  problems: Problem[],
): Promise<{ readonly needs: Needs; readonly images: Images }> {
  const images = new Map<string, ImageRecord | undefined>();
  for (;;) {
    const needs = needsOf(target, stages, images, options.platform);
    const missing = new Map(needs.images.map((need) => [keyOf(need), need] as const));
    for (const key of images.keys()) missing.delete(key);
    if (missing.size === 0) return { needs, images };
    const found = await Promise.all(
      [...missing.values()].map((need) => find(need, stages, options, problems)),
    );
    [...missing.keys()].forEach((key, index) => {
      images.set(key, found[index]);
    });
  }
}

function keyOf({ reference, platform }: ImageNeed): string {
  return imageKey(reference, platform);
}

async function find(
  need: ImageNeed,
  stages: readonly PlannedStage[],
  options: PlanOptions,
  problems: Problem[],
): Promise<ImageRecord | undefined> {
  const reference = imageInstead(options, need.reference);
  if (reference === undefined) return undefined;
  try {
    return await options.resolveImage(reference, need.platform);
  } catch (error) {
    if (!isCaissonError(error, 'IMAGE_NOT_FOUND')) throw error;
    const near = suggest(
      need.name,
      stages.flatMap(({ name }) => name ?? []),
    );
    problems.push({
      code: 'IMAGE_NOT_FOUND',
      message: `${need.name}: ${error.message}`,
      range: need.range,
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(near === undefined ? {} : { suggestion: near }),
    });
    return undefined;
  }
}
