// From a request and its opened sources to one graph for each platform.

import type { EventSink, ProgressEvent } from '../core/index.ts';
import { imageResolver } from './base-images.ts';
import { planOptions } from './plan-options.ts';
import { noteImages, planKey, recallPlan, rememberPlan } from './remembered.ts';
import type { BuildRequest, BuildServices } from './request.ts';
import type { OpenedSources } from './sources/index.ts';
import type { BuildGraph } from './types.ts';

/** The step under which the Dockerfile is read and planned. */
export const definitionVertex = '[internal] load build definition';

/**
 * Plans a build and tells what the checks find, once: for the first platform, with the images that planning found.
 * What was planned before is remembered, and then nothing of the Dockerfile language is loaded.
 */
export async function planAndCheck(
  request: BuildRequest,
  services: BuildServices,
  inputs: OpenedSources,
  onEvent: EventSink,
): Promise<readonly BuildGraph[]> {
  const { plans } = services.store;
  const { resolveImage, resolved } = noteImages(imageResolver(services));
  const options = planOptions(request, resolveImage, inputs);
  const key = planKey(options, inputs.tree?.patterns ?? []);
  const known = await recallPlan(plans, key, resolveImage);
  for (const warning of known?.warnings ?? []) onEvent({ ...warning, time: Date.now() });
  if (known !== undefined) return known.graphs;
  const warnings: ProgressEvent[] = [];
  const note: EventSink = (event) => {
    warnings.push(event);
    onEvent(event);
  };
  const { planAndCheckFirst } = await import('./fresh-plan.ts');
  const graphs = await planAndCheckFirst(options, inputs, { onEvent: note, vertex: definitionVertex });
  rememberPlan(plans, key, { graphs, warnings, images: resolved });
  return graphs;
}

/** Tells what parsing found that is no error, each once. */
export function warn(
  graphs: readonly BuildGraph[],
  { dockerfile: { name } }: OpenedSources,
  onEvent: EventSink,
): void {
  const messages = graphs.flatMap(({ diagnostics }) =>
    diagnostics
      // Told by the check NoEmptyContinuation.
      .filter(({ code }) => code !== 'blank-continuation')
      .map(({ message, range }) => `${name}:${range.start.line}: ${message}`),
  );
  for (const message of new Set(messages)) onEvent({ kind: 'warning', message, time: Date.now() });
}
