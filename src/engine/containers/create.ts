// Creating a container: everything decided and recorded, nothing running.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerRecord, ImageRecord, Store } from '../../store/index.ts';
import { imageOf } from '../images/lookup.ts';
import type { ContainerRequest } from '../types.ts';
import { checkRequest } from './check-request.ts';
import { type Configuration, configure } from './configure.ts';
import { resolveMounts } from './mounts.ts';
import { checkedName, newContainerId, randomName } from './name.ts';
import type { ContainerSetup, Services, StartClaim } from './services.ts';

/** A container that is decided on and not recorded yet. */
export interface ContainerDraft {
  readonly id: string;
  readonly request: ContainerRequest;
  readonly image: ImageRecord;
  readonly configuration: Configuration;
}

/** Decides on a container made from an image of the store. Throws `IMAGE_NOT_FOUND`, `NO_COMMAND`, and what {@link checkRequest} throws. */
export function draftContainer({ store }: Services, request: ContainerRequest): ContainerDraft {
  const image = imageOf(store, request.image, request.platform);
  const configuration = configure(request, image.config.config ?? {});
  checkRequest(request, configuration);
  if (request.name !== undefined) checkedName(request.name);
  return { id: newContainerId(), request, image, configuration };
}

/** Makes the folder and the record of a draft; `claim` where it is about to be started. Throws `NAME_IN_USE`, `BIND_SOURCE_MISSING`. */
export function recordContainer(
  { store }: Services,
  draft: ContainerDraft,
  claim?: StartClaim,
): ContainerRecord {
  using lease = store.lease();
  const { id, request, image, configuration } = draft;
  lease.hold(image.layers);
  const directory = store.containerDirectory(id);
  mkdirSync(join(directory, 'upper'), { recursive: true, mode: 0o755 });
  mkdirSync(join(directory, 'work'));
  try {
    const view = () => store.layers.view(image.layers);
    const mounts = resolveMounts(store, request.mounts, configuration.anonymousVolumes, view);
    return recorded(store, draft, { configuration, mounts, ...(claim ? { claim } : {}) });
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

function recorded(
  store: Store,
  { id, request, image }: ContainerDraft,
  setup: ContainerSetup,
): ContainerRecord {
  const record: ContainerRecord = {
    id,
    name: request.name ?? unusedName(store),
    image: { reference: request.image, id: image.id, manifestDigest: image.manifestDigest },
    layers: image.layers,
    created: Date.now(),
    state: { status: 'created' },
    command: setup.configuration.command,
    ports: [],
    request,
    runtime: setup,
  };
  // One that goes with its end need not outlast a loss of power.
  store.containers.add(record, { durable: !request.autoRemove });
  return record;
}

function unusedName(store: Store): string {
  for (;;) {
    const name = randomName();
    if (!store.containers.find(name)) return name;
  }
}
