// Creating a container: everything decided and recorded, nothing running.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerRecord, ImageRecord, Store } from '../../store/index.ts';
import { imageOf } from '../images/lookup.ts';
import type { ContainerRequest } from '../types.ts';
import { configure } from './configure.ts';
import { resolveMounts } from './mounts.ts';
import { checkedName, newContainerId, randomName } from './name.ts';
import { parsePublish } from './ports.ts';
import type { ContainerSetup, Services } from './services.ts';

/** Records a container made from an image of the store. Throws `IMAGE_NOT_FOUND`, `NAME_IN_USE`, `NO_COMMAND`, `PORT_INVALID` … */
export function createContainer({ store }: Services, request: ContainerRequest): ContainerRecord {
  using lease = store.lease();
  const image = imageOf(store, request.image);
  lease.hold(image.layers);
  const configuration = configure(request, image.config.config ?? {});
  for (const port of request.publish) parsePublish(port);
  const id = newContainerId();
  const directory = store.containerDirectory(id);
  mkdirSync(join(directory, 'upper'), { recursive: true, mode: 0o755 });
  mkdirSync(join(directory, 'work'));
  try {
    const mounts = resolveMounts(
      store,
      request.mounts,
      configuration.anonymousVolumes,
      store.layers.view(image.layers),
    );
    return recorded(store, { id, request, image, setup: { configuration, mounts } });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

interface Draft {
  readonly id: string;
  readonly request: ContainerRequest;
  readonly image: ImageRecord;
  readonly setup: ContainerSetup;
}

function recorded(store: Store, { id, request, image, setup }: Draft): ContainerRecord {
  const record = (name: string): ContainerRecord => ({
    id,
    name,
    image: { reference: request.image, id: image.id, manifestDigest: image.manifestDigest },
    layers: image.layers,
    created: Date.now(),
    state: { status: 'created' },
    command: setup.configuration.command,
    ports: [],
    request,
    runtime: setup,
  });
  const wanted = record(request.name === undefined ? unusedName(store) : checkedName(request.name));
  store.containers.add(wanted);
  return wanted;
}

function unusedName(store: Store): string {
  for (;;) {
    const name = randomName();
    if (!store.containers.find(name)) return name;
  }
}
