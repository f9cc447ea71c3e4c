// Cache records as the solver uses them: results by key, links from a copy's definition to its content, and slots.

import type { Digest } from '../../oci/index.ts';
import type { CacheRecord, LayerId, Store } from '../../store/index.ts';
import type { Vertex } from '../types.ts';
import type { KeyParts } from './key.ts';
import type { SolveServices } from './types.ts';

/** The layers an earlier run gave under `key`, when all of them are still kept. */
export function findResult(store: Store, key: Digest): readonly LayerId[] | undefined {
  const record = store.cache.find(key);
  if (record === undefined) return undefined;
  return record.layers.every((id) => store.layers.get(id) !== undefined) ? record.layers : undefined;
}

/** Names a step across builds of the same project. */
export function slotOf(services: SolveServices, vertex: Vertex): string {
  return `${services.project}|${vertex.slot}`;
}

/** Remembers what a step gave. */
export function recordResult(
  services: SolveServices,
  vertex: Vertex,
  result: { readonly key: Digest; readonly parts: KeyParts; readonly layers: readonly LayerId[] },
): void {
  services.store.cache.add({ ...result, slot: slotOf(services, vertex), created: Date.now() });
}

/** The newest run of the step in this place of the Dockerfile. */
export function lastRun(services: SolveServices, vertex: Vertex): CacheRecord | undefined {
  return services.store.cache.latest(slotOf(services, vertex));
}

const contentKey = 'content key';

/**
 * The key by content of a copy from a stage, known from the keys of what it copies from and onto: then neither
 * needs to be there to know the result.
 */
export function findLink(store: Store, definition: Digest): Digest | undefined {
  return store.cache.find(definition)?.parts[contentKey];
}

/** Remembers that a copy so defined has the content key `key`. */
export function recordLink(services: SolveServices, vertex: Vertex, definition: Digest, key: Digest): void {
  services.store.cache.add({
    key: definition,
    layers: [],
    parts: { [contentKey]: key },
    slot: `${slotOf(services, vertex)}|definition`,
    created: Date.now(),
  });
}
