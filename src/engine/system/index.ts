// The system service: what concerns the whole root.

import type { Services } from '../containers/index.ts';
import { volumeUsers } from '../containers/index.ts';
import type { SystemService, UsageLine } from '../types.ts';
import { systemInfo } from './info.ts';
import { probes } from './probes.ts';
import { prune } from './prune.ts';
import { reset } from './reset.ts';

/** The system service over the rooms below. */
export function systemService(services: Services): SystemService {
  const { store } = services;
  return {
    check: ({ repair }) =>
      store.check({
        repair,
        probes: probes.map((probe) => () => probe(services)),
      }),
    usage: async () => usageLines(services),
    info: async () => systemInfo(services),
    prune: (options) => prune(services, options),
    reset: () => reset(services),
  };
}

function cacheMountUsage(store: Services['store']): Omit<UsageLine, 'kind'> {
  const all = store.cacheMounts.measure();
  const sum = (some: typeof all): number => some.reduce((bytes, mount) => bytes + mount.bytes, 0);
  const active = all.filter((mount) => mount.active);
  const size = sum(all);
  return { total: all.length, active: active.length, size, reclaimable: size - sum(active) };
}

function usageLines({ store }: Services): readonly UsageLine[] {
  const { images, containers, volumes, cache, kept } = store.usage({
    volumesInUse: new Set(volumeUsers(store).keys()),
  });
  return [
    { kind: 'Images', ...images },
    { kind: 'Containers', ...containers },
    { kind: 'Local Volumes', ...volumes },
    { kind: 'Build Cache', ...cache },
    { kind: 'exec.cachemount', ...cacheMountUsage(store) },
    { kind: 'Kept Steps', ...kept },
  ];
}
