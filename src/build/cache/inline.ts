// The inline cache: the steps of an image's own layers, in its config.

import type { Digest } from '../../oci/index.ts';
import type { LayerId, Store } from '../../store/index.ts';
import { type StepResults, within } from './collect.ts';
import { chainOf, inlineMember, type ListedSteps } from './format.ts';

/** The members that an image's config gets; `layers` are the image's, bottom first. */
export async function inlineMembers(
  steps: StepResults,
  layers: readonly LayerId[],
  store: Store,
): Promise<Readonly<Record<string, unknown>>> {
  const diffIds = await Promise.all(layers.map(async (id) => (await store.layers.diff(id)).diffId));
  return { [inlineMember]: listedSteps(within(steps, new Set(diffIds)), diffIds) };
}

/** The steps with the places that their layers have among `diffIds`. */
export function listedSteps(
  { results, links }: StepResults,
  diffIds: readonly Digest[],
  formed: readonly Digest[] = diffIds,
): ListedSteps {
  const places = new Map(diffIds.map((diffId, place) => [diffId, place]));
  return {
    records: results.map(({ key, parts, layers }) => {
      const own = layers.map(({ diffId }) => places.get(diffId) ?? -1);
      return { key, parts, layers: own, chain: chainOf(own.map((place) => formed[place] ?? '')) };
    }),
    links,
  };
}
