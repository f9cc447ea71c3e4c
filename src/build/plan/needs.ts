// What a target needs: which stages, and which images these stand on or copy from.

import type { Range } from '../../../grammar/index.ts';
import { formatPlatform, type Platform } from '../../oci/index.ts';
import type { ImageRecord } from '../../store/index.ts';
import { instructionSources } from './instruction-sources.ts';
import type { PlannedStage } from './stages.ts';
import { imageTriggers, type PlannedInstruction, stageTriggers } from './triggers.ts';

/** An image that has to be found before planning can go on. */
export interface ImageNeed {
  readonly reference: string;
  readonly platform: Platform;
  /** As written. */
  readonly name: string;
  readonly range: Range;
}

/** Images found so far by {@link imageKey}; undefined where finding one failed. */
export type Images = ReadonlyMap<string, ImageRecord | undefined>;

/** Names an image for one platform. */
export function imageKey(reference: string, platform: Platform): string {
  return `${reference} ${formatPlatform(platform)}`;
}

/** The stages and images a target needs, as far as the images found so far tell. */
export interface Needs {
  readonly stages: ReadonlySet<number>;
  readonly images: readonly ImageNeed[];
}

/** Follows bases and copies from `target`; throws `ProblemError` where a trigger is malformed. */
export function needsOf(
  target: number,
  stages: readonly PlannedStage[],
  images: Images,
  platform: Platform,
): Needs {
  const needed = new Set<number>();
  const wanted: ImageNeed[] = [];
  const open = [target];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const stage = stages[index];
    if (!stage || needed.has(index)) continue;
    needed.add(index);
    const sources = instructionsOf(stage, stages, images, platform).flatMap(({ instruction, shownAt }) =>
      instructionSources(instruction, stages).map((source) => ({ source, shownAt })),
    );
    if (stage.base.kind === 'stage') open.push(stage.base.index);
    if (stage.base.kind === 'image') wanted.push(baseNeed(stage, stage.base.reference, platform));
    for (const { source, shownAt } of sources) {
      if (source.kind === 'stage') open.push(source.index);
      if (source.kind !== 'image') continue;
      const { reference, flag } = source;
      const range = shownAt ?? flag.valueRange ?? flag.range;
      wanted.push({ reference, platform, name: flag.value ?? '', range });
    }
  }
  return { stages: needed, images: wanted };
}

/** A stage's instructions, those its base left behind first. */
export function instructionsOf(
  stage: PlannedStage,
  stages: readonly PlannedStage[],
  images: Images,
  platform: Platform,
): readonly PlannedInstruction[] {
  const own = stage.instructions.map((instruction) => ({ instruction, triggered: false }));
  return [...inherited(stage, stages, images, platform), ...own];
}

function inherited(
  { base, from, platform: asked }: PlannedStage,
  stages: readonly PlannedStage[],
  images: Images,
  platform: Platform,
): readonly PlannedInstruction[] {
  if (base.kind === 'stage') return stageTriggers(stages[base.index]?.instructions ?? []);
  if (base.kind === 'scratch') return [];
  const image = images.get(imageKey(base.reference, asked ?? platform));
  return imageTriggers(image?.config.config?.OnBuild ?? [], from.range);
}

function baseNeed(stage: PlannedStage, reference: string, platform: Platform): ImageNeed {
  const { text, range } = stage.from.image;
  return { reference, platform: stage.platform ?? platform, name: text, range };
}
