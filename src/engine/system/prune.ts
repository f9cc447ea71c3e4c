// Removing what is not used.

import { removeContainer, type Services, settleEnded, volumeUsers } from '../containers/index.ts';
import type { PruneOptions, PruneReport } from '../types.ts';

/** Removes stopped containers, then what they and nothing else used. */
export async function prune(services: Services, options: PruneOptions): Promise<PruneReport> {
  const { store } = services;
  // First what needs no record: on a full disk it makes room for the others'.
  const cacheMounts = options.buildCache ? await store.cacheMounts.prune() : { count: 0, bytes: 0 };
  const plans = options.buildCache ? store.plans.clear() : 0;
  const containers = options.containers ? await pruneContainers(services) : [];
  const volumes = options.volumes ? await pruneVolumes(services) : [];
  const keptStates = options.keptStates ? store.kept.clear().map(({ id }) => id) : [];
  const collected = await store.collect({
    images: options.images,
    cache: options.buildCache ? 'all' : 'none',
  });
  return {
    containers,
    volumes,
    keptStates,
    images: collected.images.map(({ id }) => id),
    cacheRecords: collected.cacheRecords,
    cacheMounts: cacheMounts.count,
    reclaimed: collected.bytes + plans + cacheMounts.bytes,
  };
}

async function pruneContainers(services: Services): Promise<readonly string[]> {
  await settleEnded(services);
  const stopped = services.store.containers.list().filter(({ state }) => state.status !== 'running');
  for (const record of stopped) await removeContainer(services, record, { force: false, volumes: false });
  return stopped.map(({ id }) => id);
}

async function pruneVolumes({ store }: Services): Promise<readonly string[]> {
  const used = volumeUsers(store);
  const unused = store.volumes.list().filter(({ name }) => !used.has(name));
  for (const { name } of unused) await store.volumes.delete(name);
  return unused.map(({ name }) => name);
}
