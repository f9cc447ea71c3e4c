// The image of a container to be: pulled where it is missing, and told as Docker tells it, on standard error.

import type { Engine, PullPolicy } from '../engine/index.ts';
import type { Platform } from '../oci/index.ts';
import { abortOnInterrupt } from './interrupt.ts';
import { type ReachFlags, reachOf } from './options/reach.ts';

/** The flags of `run` and `create` that concern the image. */
export interface ImageFlags extends ReachFlags {
  readonly pull: PullPolicy;
  readonly platform?: Platform;
  readonly quiet?: boolean;
}

/** Sees to it that the image is in the store. Throws `IMAGE_NOT_FOUND` and what registries say. */
export async function provideImage(
  engine: Engine,
  image: string,
  { pull, platform, quiet = false, ...reach }: ImageFlags,
): Promise<void> {
  const need = { policy: pull, ...(platform ? { platform } : {}) };
  if (!engine.registry.isWanting(image, need)) return;
  const say = (line: string): void => void (quiet || process.stderr.write(`${line}\n`));
  const { lateProgress, pulledLines, pullingLine } = await import('./pulled.ts');
  if (pull === 'missing') say(`Unable to find image '${image}' locally`);
  using interrupt = abortOnInterrupt();
  const view = lateProgress(quiet ? 'quiet' : 'auto', `caisson pull ${image}`);
  const after: string[] = [];
  try {
    await engine.registry.provide(image, {
      ...need,
      ...reachOf(reach),
      signal: interrupt.signal,
      onEvent: view.onEvent,
      onName: (name) => say(pullingLine(name)),
      onPulled: (done) => after.push(...pulledLines(done)),
    });
  } finally {
    await view.close();
    for (const line of after) say(line);
  }
}
