// How much room what kind of thing takes, and how much of it could go (`caisson du`).

import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { blobPath } from '../content/index.ts';
import type { KeptStateStore } from '../kept/index.ts';
import type { LayerRecords } from '../records/index.ts';
import type { CacheStore, LayerId, RecordStore, VolumeRecord } from '../types.ts';
import type { CollectParts } from './collect.ts';
import { layerFolder } from './layers.ts';
import { measureTree } from './measure.ts';
import type { StoreUsage, Usage } from './types.ts';

/** What measuring works on. `volumesInUse`: names of the volumes that containers mount, which the store does not know. */
export interface UsageParts extends CollectParts {
  readonly layerRecords: LayerRecords;
  readonly cache: CacheStore;
  readonly kept: Pick<KeptStateStore, 'list'>;
  readonly volumes: RecordStore<VolumeRecord>;
  readonly volumesInUse: ReadonlySet<string>;
}

/** Measures the store. Layers are measured once and remembered; containers and volumes are walked each time. */
export function measureUsage(parts: UsageParts): StoreUsage {
  const bytesOf = layerSizes(parts);
  return {
    images: usageOfImages(parts, bytesOf),
    containers: usageOfContainers(parts),
    volumes: usageOfVolumes(parts),
    cache: usageOfCache(parts, bytesOf),
    kept: usageOfKept(parts, bytesOf),
  };
}

type LayerBytes = (layers: Iterable<LayerId>) => number;

function layerSizes({ layerRecords, paths }: UsageParts): LayerBytes {
  const sizes = new Map<LayerId, number>();
  for (const { id, usage } of layerRecords.list()) {
    const bytes = usage ?? measureTree(layerFolder(paths, id));
    if (usage === undefined) layerRecords.setUsage(id, bytes);
    sizes.set(id, bytes);
  }
  return (layers) => [...new Set(layers)].reduce((sum, layer) => sum + (sizes.get(layer) ?? 0), 0);
}

function usageOfImages({ images, containers, paths }: UsageParts, bytesOf: LayerBytes): Usage {
  const all = images.list();
  const used = new Set(containers.list().map((container) => container.image.manifestDigest));
  const active = all.filter((image) => used.has(image.manifestDigest));
  const bytes = (some: typeof all): number =>
    bytesOf(some.flatMap((image) => image.layers)) +
    blobBytes(
      paths.root,
      some.flatMap(({ manifest, manifestDigest }) => [
        manifestDigest,
        manifest.config.digest,
        ...manifest.layers.map((layer) => layer.digest),
      ]),
    );
  const size = bytes(all);
  return { total: all.length, active: active.length, size, reclaimable: size - bytes(active) };
}

function blobBytes(root: string, digests: readonly string[]): number {
  return [...new Set(digests)]
    .map((digest) => lstatSync(blobPath(root, digest), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

function usageOfContainers({ containers, paths }: UsageParts): Usage {
  const all = containers.list().map(({ id, state }) => ({
    active: state.status === 'running',
    bytes: measureTree(join(paths.containers, id)),
  }));
  return summary(all);
}

function usageOfVolumes({ volumes, volumesInUse }: UsageParts): Usage {
  return summary(
    volumes.list().map(({ name, mountpoint }) => ({
      active: volumesInUse.has(name),
      bytes: measureTree(mountpoint),
    })),
  );
}

function usageOfCache(parts: UsageParts, bytesOf: LayerBytes): Usage {
  const { cache, images, containers } = parts;
  const elsewhere = [
    ...images.list().flatMap((image) => image.layers),
    ...containers.list().flatMap((container) => container.layers),
  ];
  return usageOfRecords(parts, cache.list(), { elsewhere, bytesOf });
}

function usageOfKept(parts: UsageParts, bytesOf: LayerBytes): Usage {
  const { cache, images, containers, kept } = parts;
  const elsewhere = [...images.list(), ...containers.list(), ...cache.list()].flatMap(({ layers }) => layers);
  return usageOfRecords(parts, kept.list(), { elsewhere, bytesOf });
}

/** Layers that are counted `elsewhere` cost the records nothing; what living sessions hold is in use. */
function usageOfRecords(
  { database }: UsageParts,
  records: readonly { readonly layers: readonly LayerId[] }[],
  { elsewhere, bytesOf }: { readonly elsewhere: readonly LayerId[]; readonly bytesOf: LayerBytes },
): Usage {
  const counted = new Set(elsewhere);
  const held = new Set(
    database.all<{ id: string }>("SELECT id FROM held WHERE kind = 'layer'").map((row) => row.id),
  );
  const layers = records.flatMap((record) => record.layers).filter((layer) => !counted.has(layer));
  return {
    total: records.length,
    active: records.filter((record) => record.layers.some((layer) => held.has(layer))).length,
    size: bytesOf(layers),
    reclaimable: bytesOf(layers.filter((layer) => !held.has(layer))),
  };
}

function summary(items: readonly { readonly active: boolean; readonly bytes: number }[]): Usage {
  const sum = (some: typeof items): number => some.reduce((bytes, item) => bytes + item.bytes, 0);
  const active = items.filter((item) => item.active);
  return {
    total: items.length,
    active: active.length,
    size: sum(items),
    reclaimable: sum(items) - sum(active),
  };
}
