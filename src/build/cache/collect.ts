// What a build found out, put together for a cache: the results of its steps, from the store or from the caches it used.

import type { Digest } from '../../oci/index.ts';
import type { LayerCompression, LayerId, PackedCacheMount, Store } from '../../store/index.ts';
import type { CachedMount, CacheImports, CacheLayer, SolvedStep } from './types.ts';

/** What a cache is put together from. */
export interface CollectServices {
  readonly store: Store;
  readonly imports: CacheImports | undefined;
}

/** A layer of a result: in the store, or still in the cache it was found in. */
export interface StepLayer {
  readonly diffId: Digest;
  readonly created: number;
  readonly id?: LayerId;
  readonly outside?: CacheLayer;
}

/** What a step gave. */
export interface StepResult {
  readonly key: Digest;
  readonly parts: Readonly<Record<string, string>>;
  /** Bottom first. */
  readonly layers: readonly StepLayer[];
}

/** The steps of a build as a cache has them. */
export interface StepResults {
  /** In the order of their keys: the same build gives the same list. */
  readonly results: readonly StepResult[];
  readonly links: Readonly<Record<Digest, Digest>>;
}

/** All results of the steps that are in the store or in a cache that was used. */
export async function collectSteps(
  steps: readonly SolvedStep[],
  services: CollectServices,
): Promise<StepResults> {
  const keys = [...new Set(steps.map(({ key }) => key))].sort();
  const results = await Promise.all(keys.map((key) => resultOf(key, services)));
  const links = steps.flatMap(({ definition, key }) =>
    definition === undefined ? [] : [[definition, key] as const],
  );
  return {
    results: results.filter((result) => result !== undefined),
    links: Object.fromEntries(links.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** Those whose layers are all among `diffIds`; the links are kept, they take no room and lead to these results. */
export function within({ results, links }: StepResults, diffIds: ReadonlySet<Digest>): StepResults {
  return {
    results: results.filter(({ layers }) => layers.every(({ diffId }) => diffIds.has(diffId))),
    links,
  };
}

async function resultOf(key: Digest, { store, imports }: CollectServices): Promise<StepResult | undefined> {
  const record = store.cache.find(key);
  const layers = record && (await storedLayers(record.layers, store));
  if (record && layers) return { key, parts: record.parts, layers };
  const found = imports?.find(key);
  if (found === undefined) return undefined;
  return { key, parts: found.parts, layers: found.layers.map(outside) };
}

async function storedLayers(
  ids: readonly LayerId[],
  { layers }: Store,
): Promise<readonly StepLayer[] | undefined> {
  const records = ids.map((id) => layers.get(id));
  if (!records.every((record) => record !== undefined)) return undefined;
  return Promise.all(
    records.map(async ({ id, created }) => ({ id, created, diffId: (await layers.diff(id)).diffId })),
  );
}

function outside(layer: CacheLayer): StepLayer {
  return { diffId: layer.diffId, created: layer.created, outside: layer };
}

/** The contents of all cache mounts with these ids: the store's, else those of a cache that was used. */
export async function collectMounts(
  ids: ReadonlySet<string>,
  compression: LayerCompression,
  { store, imports }: CollectServices,
  signal: AbortSignal,
): Promise<readonly CachedMount[]> {
  const outside = imports?.mounts ?? [];
  const known = [...store.cacheMounts.list(), ...outside].filter(({ id }) => ids.has(id));
  const unique = new Map(known.map(({ id, base }) => [JSON.stringify([id, base]), { id, base }]));
  const found: CachedMount[] = [];
  for (const [name, key] of [...unique].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const packed = await store.cacheMounts.pack(key, compression, signal);
    const layer = packed
      ? packedLayer(packed, store)
      : outside.find(({ id, base }) => JSON.stringify([id, base]) === name)?.layer;
    if (layer) found.push({ ...key, layer });
  }
  return found;
}

function packedLayer({ blob, diffId }: PackedCacheMount, { content }: Store): CacheLayer {
  return { diffId, descriptor: blob, created: 0, open: async () => content.stream(blob.digest) };
}
