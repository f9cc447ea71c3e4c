// The container service: each operation on the container a name means.

import { type AttachedStreams, readLogs } from '../../runtime/index.ts';
import type { ContainerRecord } from '../../store/index.ts';
import type { ContainerService, StartedContainer } from '../types.ts';
import { draftContainer, recordContainer } from './create.ts';
import { execInContainer } from './exec.ts';
import { inspectContainer } from './inspect.ts';
import { runningContainer, settle, waitForEnd } from './running.ts';
import { findContainer, type Services } from './services.ts';
import { runContainer, startContainer } from './start.ts';
import { killContainer, removeContainer, stopContainer } from './stop.ts';

/** The container service over the rooms below. */
export function containerService(services: Services): ContainerService {
  const find = (name: string) => findContainer(services, name);
  const { store } = services;
  return {
    create: async (request) => recordContainer(services, draftContainer(services, request)),
    run: async (request, attach) => runContainer(services, request, attach),
    start: async (name, attach) => startSettled(services, find(name), attach),
    wait: async (name) => waitForEnd(services, find(name)),
    attach: async (name, streams) => {
      const record = find(name);
      await (await runningContainer(services, record)).attach(streams);
      return streams.detach?.aborted ? undefined : waitForEnd(services, record);
    },
    stop: async (name, timeout) => stopContainer(services, find(name), timeout),
    kill: async (name, signal = 'SIGKILL') => killContainer(services, find(name), signal),
    remove: async (name, options) => removeContainer(services, find(name), options),
    resize: async (name, size) => (await runningContainer(services, find(name))).resize(size),
    exec: async (name, request, streams) => execInContainer(services, find(name), request, streams),
    logs: (name, options) => readLogs(store.containerDirectory(find(name).id), options),
    list: async () => {
      await settleEnded(services);
      return store.containers.list().toSorted((a, b) => b.created - a.created);
    },
    inspect: async (name) => {
      await settle(services, find(name).id);
      return inspectContainer(store, find(name));
    },
    settle: async (name) => settle(services, find(name).id),
  };
}

/** Records the end of containers that no one saw ending. */
export async function settleEnded(services: Services): Promise<void> {
  await Promise.all(services.store.containers.list().map(({ id }) => settle(services, id)));
}

/** A container that is recorded as running may have ended since: its end is recorded first. */
async function startSettled(
  services: Services,
  { id }: ContainerRecord,
  attach: AttachedStreams | undefined,
): Promise<StartedContainer> {
  await settle(services, id);
  return startContainer(services, findContainer(services, id), attach);
}
