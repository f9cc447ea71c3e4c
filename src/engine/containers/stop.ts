// Ending a container: stop, kill, remove.

import { setTimeout as delay } from 'node:timers/promises';
import { CaissonError } from '../../core/index.ts';
import type { RunningContainer } from '../../runtime/index.ts';
import type { ContainerRecord } from '../../store/index.ts';
import { discard, runningContainer, settle, waitForEnd } from './running.ts';
import { type Services, setupOf } from './services.ts';

/** Sends the stop signal, and SIGKILL after `timeout` seconds (below 0: never); resolves when the container has ended. */
export async function stopContainer(
  services: Services,
  record: ContainerRecord,
  timeout: number | undefined,
): Promise<void> {
  if (record.state.status !== 'running') return;
  const { stopSignal, stopTimeout } = setupOf(record).configuration;
  const running = await runningContainer(services, record);
  const ended = waitForEnd(services, record);
  await killUnlessGone(running, stopSignal);
  const seconds = timeout ?? stopTimeout;
  const giveUp = new AbortController();
  const patience =
    seconds < 0
      ? new Promise<never>(() => undefined)
      : delay(seconds * 1000, 'late' as const, { signal: giveUp.signal }).catch(() => 'ended' as const);
  if ((await Promise.race([ended, patience])) === 'late') await killUnlessGone(running, 'SIGKILL');
  await ended;
  giveUp.abort();
}

/** Sends `signal` to the container's first process; throws `CONTAINER_NOT_RUNNING`. */
export async function killContainer(
  services: Services,
  record: ContainerRecord,
  signal: string,
): Promise<void> {
  await (await runningContainer(services, record)).kill(signal);
}

/** Removes a container, killing it first when `force`; throws `CONTAINER_RUNNING`. */
export async function removeContainer(
  services: Services,
  record: ContainerRecord,
  options: { readonly force: boolean; readonly volumes: boolean },
): Promise<void> {
  if (record.state.status === 'running') {
    if (!options.force) {
      throw new CaissonError('CONTAINER_RUNNING', `Container "${record.name}" is running`, {
        hint: `Stop it first (caisson stop ${record.name}), or use -f.`,
      });
    }
    const running = await services.runtime.open(services.store.containerDirectory(record.id));
    if (running) {
      await killUnlessGone(running, 'SIGKILL');
      await running.wait();
    }
  }
  await settle(services, record.id);
  const left = services.store.containers.get(record.id);
  if (left) await discard(services, left, options);
}

/** A container may end between our look and our signal. */
async function killUnlessGone(running: RunningContainer, signal: string): Promise<void> {
  try {
    await running.kill(signal);
  } catch (error) {
    if (!(error instanceof CaissonError)) throw error;
  }
}
