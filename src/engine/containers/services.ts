// What the container service works with, and what it keeps of a container beyond the request.

import { CaissonError, randomBytes } from '../../core/index.ts';
import type { Network } from '../../network/index.ts';
import type { Runtime } from '../../runtime/index.ts';
import { type ContainerRecord, isAlive, newSession, type SessionId, type Store } from '../../store/index.ts';
import type { ContainerRequest } from '../types.ts';
import type { Configuration } from './configure.ts';

/** The rooms below. */
export interface Services {
  readonly store: Store;
  readonly network: Network;
  readonly runtime: Runtime;
}

/** What was decided when the container was created. */
export interface ContainerSetup {
  readonly configuration: Configuration;
  readonly mounts: readonly ResolvedMount[];
  /** Who starts or started it last. */
  readonly claim?: StartClaim;
  /** What it got when it last started. */
  readonly address?: string;
  readonly gateway?: string;
  readonly macAddress?: string;
}

/**
 * One start of a container. Each has a sandbox of its own, so that whoever settles an earlier one takes nothing away from it.
 * `session`: who is at it, until the container is recorded as running.
 */
export interface StartClaim {
  readonly sandbox: string;
  readonly session?: SessionId;
}

/** A mount with its source found; `volume` names the volume it is of. */
export interface ResolvedMount {
  readonly kind: 'bind' | 'volume' | 'tmpfs';
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
  readonly volume?: string;
  /** Made for this container alone; goes with it when asked. */
  readonly anonymous?: boolean;
  readonly propagation?: string;
  readonly options?: readonly string[];
}

/** The container that `name` (id, unique id prefix, name) means; throws `CONTAINER_NOT_FOUND`. */
export function findContainer({ store }: Services, name: string): ContainerRecord {
  const record = store.containers.find(name);
  if (record) return record;
  throw new CaissonError('CONTAINER_NOT_FOUND', `No such container: "${name}"`, {
    hint: "'caisson ps -a' lists them.",
  });
}

/** The request a container was created from. */
export function requestOf(record: ContainerRecord): ContainerRequest {
  return record.request as ContainerRequest;
}

/** Whether its network namespace is made with its process: by the launcher, while an OCI runtime enters one that is there. */
export function makesOwnNamespace({ runtime }: ContainerRequest): boolean {
  return runtime === undefined || runtime === 'launcher';
}

/** What was decided when it was created. */
export function setupOf(record: ContainerRecord): ContainerSetup {
  return record.runtime as ContainerSetup;
}

/** A claim on starting the container `id`. */
export function newClaim(id: string): StartClaim {
  return { sandbox: `${id.slice(0, 24)}-${randomBytes(4).toString('hex')}`, session: newSession() };
}

/** Whether a process is about to start the container, or `interrupted`: it died at it. */
export function startingState(record: ContainerRecord): 'starting' | 'interrupted' | undefined {
  const session = setupOf(record).claim?.session;
  if (session === undefined) return undefined;
  return isAlive(session) ? 'starting' : 'interrupted';
}

/** The setup with nobody starting the container any more. */
export function withoutSession(setup: ContainerSetup): ContainerSetup {
  const { claim } = setup;
  return claim ? { ...setup, claim: { sandbox: claim.sandbox } } : setup;
}

/** The sandbox of a container that runs or is being started. */
export function sandboxInUse(record: ContainerRecord): string | undefined {
  const inUse = record.state.status === 'running' || startingState(record) === 'starting';
  return inUse ? setupOf(record).claim?.sandbox : undefined;
}

/** By volume, the name of a container that mounts it. */
export function volumeUsers(store: Store): ReadonlyMap<string, string> {
  return new Map(
    store.containers
      .list()
      .flatMap((container) =>
        setupOf(container).mounts.flatMap(({ volume }): [string, string][] =>
          volume === undefined ? [] : [[volume, container.name]],
        ),
      ),
  );
}
