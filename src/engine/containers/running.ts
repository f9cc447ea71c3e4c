// A container that runs, and what is to be done when it no longer does.

import { rmSync } from 'node:fs';
import { CaissonError } from '../../core/index.ts';
import type { ExitStatus, RunningContainer } from '../../runtime/index.ts';
import type { ContainerRecord } from '../../store/index.ts';
import { requestOf, type Services, setupOf } from './services.ts';

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
  const directory = services.store.containerDirectory(record.id);
  const running = await services.runtime.open(directory);
  const status = (await running?.wait()) ?? services.runtime.exitStatus(directory) ?? killedUnseen;
  await settle(services, record.id);
  return status;
}

/** A supervisor that died without a word was killed, and its container with it. */
const killedUnseen = { code: 137 } as const;

/**
 * Records the end of a container whose supervisor is gone and gives back its network; `--rm` containers are removed.
 * A container that still runs, or was settled already, is left as it is.
 */
export async function settle(services: Services, id: string): Promise<void> {
  const { store, runtime, network } = services;
  const record = store.containers.get(id);
  if (record?.state.status !== 'running') return;
  const directory = store.containerDirectory(id);
  const status = runtime.exitStatus(directory);
  if (!status && (await runtime.open(directory))) return;
  await network.remove(id);
  if (requestOf(record).autoRemove) await discard(services, record, { volumes: true });
  else
    store.containers.update(id, (current) => ({ ...current, ports: [], state: endState(current, status) }));
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
  { store, network }: Services,
  record: ContainerRecord,
  options: { readonly volumes: boolean },
): Promise<void> {
  await network.remove(record.id);
  store.containers.remove(record.id);
  rmSync(store.containerDirectory(record.id), { recursive: true, force: true });
  if (!options.volumes) return;
  for (const { volume, anonymous } of setupOf(record).mounts)
    if (volume !== undefined && anonymous) await store.volumes.delete(volume);
}
