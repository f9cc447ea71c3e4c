// Taking a root back to nothing.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, unmount } from '../../core/index.ts';
import { removeContainer, type Services } from '../containers/index.ts';
import { mountsBelow, probes } from './probes.ts';

/**
 * Stops and removes all containers, networks and content of the root; the folder stays, empty. Throws `ROOT_FOREIGN` for a
 * folder that is no root, `ROOT_IN_USE` while a build runs.
 */
export async function reset(services: Services): Promise<void> {
  const { store, network } = services;
  if (!existsSync(join(store.root, 'oci-layout'))) {
    throw new CaissonError('ROOT_FOREIGN', `"${store.root}" is not a root of Caisson`, {
      hint: 'Check --root and CAISSON_ROOT.',
    });
  }
  for (const record of store.containers.list())
    await removeContainer(services, record, { force: true, volumes: true });
  await removeLeftovers(services);
  if (!(await network.dismantle())) throw inUse(store.root);
  for (const path of mountsBelow(store.runDirectory)) unmount(path);
  await store[Symbol.asyncDispose]();
  for (const name of readdirSync(store.root))
    rmSync(join(store.root, name), { recursive: true, force: true });
  rmSync(store.runDirectory, { recursive: true, force: true });
}

/** What killed builds and containers left on the host, as `system check --repair` takes it away. */
async function removeLeftovers(services: Services): Promise<void> {
  for (const probe of probes) for (const { repair } of await probe(services)) await repair();
}

function inUse(root: string): CaissonError {
  return new CaissonError('ROOT_IN_USE', `A build is running in "${root}"`, {
    hint: 'End it, or wait until it has ended; then reset again.',
  });
}
