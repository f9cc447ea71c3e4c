// Planning from the Dockerfile's text: all that needs the Dockerfile language comes with this module.

import { imageResolver } from './base-images.ts';
import { ignoreFile, imageFinder, planChecked, type WarningSink } from './check/index.ts';
import { planBuild } from './plan/index.ts';
import { planOptions } from './plan-options.ts';
import type { BuildRequest, BuildServices } from './request.ts';
import type { OpenedSources } from './sources/index.ts';
import type { BuildGraph, PlanOptions } from './types.ts';

/** One graph for each platform asked for. Throws as planning does. */
export function planAll(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
): Promise<readonly BuildGraph[]> {
  return Promise.all(planOptions(request, imageResolver(services), inputs).map(planBuild));
}

/** Plans for each platform; checks for the first one, with the images that planning found. Throws as both do. */
export function planAndCheckFirst(
  [first, ...others]: readonly [PlanOptions, ...PlanOptions[]],
  inputs: Pick<OpenedSources, 'tree'>,
  sink: WarningSink,
): Promise<readonly BuildGraph[]> {
  const { resolveImage, found: images } = imageFinder(first.resolveImage, false);
  const { text, name } = first.dockerfile;
  const checked = { ...first, text, name, images, ...ignoreFile(inputs) };
  return planChecked(checked, sink, (parsed) =>
    Promise.all(
      [first, ...others].map((one) =>
        planBuild({ ...one, resolveImage, dockerfile: { text, name, parsed } }),
      ),
    ),
  );
}
