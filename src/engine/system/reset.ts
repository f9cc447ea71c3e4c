// Taking a root back to nothing.

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import { removeContainer, type Services } from '../containers/index.ts';

/** Stops and removes all containers, networks and content of the root; the folder stays, empty. Throws `ROOT_FOREIGN` for a folder that is no root. */
export async function reset(services: Services): Promise<void> {
  const { store, network } = services;
  if (!existsSync(join(store.root, 'oci-layout'))) {
    throw new CaissonError('ROOT_FOREIGN', `"${store.root}" is not a root of Caisson`, {
      hint: 'Check --root and CAISSON_ROOT.',
    });
  }
  for (const record of store.containers.list())
    await removeContainer(services, record, { force: true, volumes: true });
  await network.dismantle();
  await store[Symbol.asyncDispose]();
  for (const name of readdirSync(store.root))
    rmSync(join(store.root, name), { recursive: true, force: true });
  rmSync(store.runDirectory, { recursive: true, force: true });
}
