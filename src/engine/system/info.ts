// What is here, in numbers and places.

import { arch, availableParallelism, release, totalmem } from 'node:os';
import { type Services, settleEnded } from '../containers/index.ts';
import type { SystemInfo } from '../types.ts';

/** Counts what a root holds and names the machine. */
export async function systemInfo(services: Services): Promise<SystemInfo> {
  await settleEnded(services);
  const { store } = services;
  const containers = store.containers.list();
  return {
    root: store.root,
    storageDriver: store.layers.driver.name,
    containers: containers.length,
    running: containers.filter(({ state }) => state.status === 'running').length,
    images: store.images.list().length,
    kernel: release(),
    architecture: arch(),
    cpus: availableParallelism(),
    memory: totalmem(),
  };
}
