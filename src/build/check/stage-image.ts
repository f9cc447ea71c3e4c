// The image a stage stands on, as far as it was found.

import type { ImageRecord } from '../../store/index.ts';
import { imageKey } from '../plan/needs.ts';
import type { PlannedStage } from '../plan/stages.ts';
import type { CheckInput } from './model.ts';

/** The record of the stage's base image; undefined where it has none or it was not found. */
export function baseImage(
  { base, platform }: Pick<PlannedStage, 'base' | 'platform'>,
  input: CheckInput,
): ImageRecord | undefined {
  if (base.kind !== 'image') return undefined;
  return input.images.get(imageKey(base.reference, platform ?? input.platform));
}
