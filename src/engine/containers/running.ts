// A container that runs, and what is to be done when it no longer does.

import { rmSync } from 'node:fs';
import { CaissonError, isCaissonError } from '../../core/index.ts';
import { type ExitStatus, type RunningContainer, removeCgroups } from '../../runtime/index.ts';
import type { ContainerRecord } from '../../store/index.ts';
import {
  makesOwnNamespace,
  requestOf,
  type Services,
  setupOf,
  startingState,
  withoutSession,
} from './services.ts';

/** The live container of a record; throws `CONTAINER_NOT_RUNNING`. */
export async function runningContainer(
  services: Services,
  record: ContainerRecord,
): Promise<RunningContainer> {
  const running =
    record.state.status === 'running'
      ? await services.runtime.open(services.store.containerDirectory(record.id))
      : undefined;
  if (running) return running;
  throw new CaissonError('CONTAINER_NOT_RUNNING', `Container "${record.name}" is not running`, {
    hint: `Start it: caisson start ${record.name}`,
  });
}

/** Waits for a container's end, records it, gives back what it held; the status of one that has ended is at hand. */
export async function waitForEnd(services: Services, record: ContainerRecord): Promise<ExitStatus> {
  if (record.state.status !== 'running') return { code: record.state.exitCode ?? 0 };
  const running = await services.runtime.open(services.store.containerDirectory(record.id));
  return (await endOf(services, record, running)) ?? killedUnseen;
}

/** Waits for the end of `running`, if it is still there, and settles it; undefined when `detach` aborts first. */
export async function endOf(
  services: Services,
  record: ContainerRecord,
  running: RunningContainer | undefined,
  detach?: AbortSignal,
): Promise<ExitStatus | undefined> {
  const directory = services.store.containerDirectory(record.id);
  const status = await running?.wait().catch(() => undefined);
  if (!status && detach?.aborted) return undefined;
  const left = status ?? services.runtime.exitStatus(directory) ?? killedUnseen;
  await settle(services, record.id, { supervised: status !== undefined });
  return left;
}

/** A supervisor that died without a word was killed, and its container with it. */
const killedUnseen = { code: 137 } as const;

/**
 * Records the end of a container whose supervisor is gone and gives back its network; `--rm` containers are removed.
 * A container that still runs, or was settled already, is left as it is; one whose starter was killed before it
 * could record it is recorded as running. `supervised`: its supervisor told its end, and takes its link away.
 */
export async function settle(
  services: Services,
  id: string,
  { supervised = false }: { readonly supervised?: boolean } = {},
): Promise<void> {
  const { store, runtime, network } = services;
  const record = store.containers.get(id);
  if (!record || !(record.state.status === 'running' || startingState(record) === 'interrupted')) return;
  const directory = store.containerDirectory(id);
  const status = runtime.exitStatus(directory);
  const live = status ? undefined : await runtime.open(directory);
  if (live) return adopt(services, record, live);
  // A supervisor that was killed could not remove its container's control groups.
  if (!status) await removeCgroups(id);
  const { claim } = setupOf(record);
  // Before the end is recorded: whoever is killed in between leaves a container that will be settled again.
  const released = supervised && hasLinkOnly(record) ? undefined : network.remove(claim?.sandbox ?? id);
  if (!requestOf(record).autoRemove) {
    await released;
    return recordEnd(services, record, status);
  }
  // The folder can go meanwhile: what is left of a container without it is settled all the same.
  await Promise.all([released, removeFolder(services, record)]);
  await discard(services, record, { volumes: true });
}

/** Rules of published ports, and a namespace at a path, are not the supervisor's to remove. */
function hasLinkOnly(record: ContainerRecord): boolean {
  return makesOwnNamespace(requestOf(record)) && record.ports.length === 0;
}

function adopt({ store }: Services, { id, state }: ContainerRecord, live: RunningContainer): void {
  if (state.status === 'running') return;
  const { pid, startedAt } = live;
  updateIfThere(store, id, (current) => ({
    ...current,
    state: { status: 'running', pid, startedAt },
    runtime: withoutSession(setupOf(current)),
  }));
}

/** Another process may have settled it, and even started it again, since `record` was read. */
function recordEnd(
  { store }: Services,
  record: ContainerRecord,
  status: (ExitStatus & { readonly finishedAt: number }) | undefined,
): void {
  updateIfThere(store, record.id, (current) => {
    if (setupOf(current).claim?.sandbox !== setupOf(record).claim?.sandbox) return current;
    const ended = status !== undefined || current.state.status === 'running';
    const state = ended ? endState(current, status) : current.state;
    return { ...current, ports: [], state, runtime: withoutSession(setupOf(current)) };
  });
}

/** Another process may have removed it. */
function updateIfThere(
  store: Services['store'],
  id: string,
  change: (record: ContainerRecord) => ContainerRecord,
): void {
  try {
    store.containers.update(id, change);
  } catch (error) {
    if (!isCaissonError(error, 'NOT_FOUND')) throw error;
  }
}

function endState(
  { state }: ContainerRecord,
  status: (ExitStatus & { readonly finishedAt: number }) | undefined,
): ContainerRecord['state'] {
  return {
    ...(state.startedAt === undefined ? {} : { startedAt: state.startedAt }),
    status: 'exited',
    exitCode: status?.code ?? killedUnseen.code,
    finishedAt: status?.finishedAt ?? Date.now(),
    oomKilled: status?.oomKilled ?? false,
  };
}

/** Removes a stopped container: its record first, then its folder; anonymous volumes when asked. */
export async function discard(
  { store }: Services,
  record: ContainerRecord,
  options: { readonly volumes: boolean },
): Promise<void> {
  store.containers.remove(record.id, { durable: !requestOf(record).autoRemove });
  await removeFolder({ store }, record);
  if (!options.volumes) return;
  for (const { volume, anonymous } of setupOf(record).mounts)
    if (volume !== undefined && anonymous) await store.volumes.delete(volume).catch(ignoreMissing);
}

async function removeFolder({ store }: Pick<Services, 'store'>, { id }: ContainerRecord): Promise<void> {
  rmSync(store.containerDirectory(id), { recursive: true, force: true });
}

/** Two processes may discard one container. */
function ignoreMissing(error: unknown): void {
  if (!isCaissonError(error, 'VOLUME_NOT_FOUND')) throw error;
}
