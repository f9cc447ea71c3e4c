// The container service: each operation on the container a name means.

import { readLogs } from '../../runtime/index.ts';
import type { ContainerService } from '../types.ts';
import { createContainer } from './create.ts';
import { execInContainer } from './exec.ts';
import { inspectContainer } from './inspect.ts';
import { runningContainer, settle, waitForEnd } from './running.ts';
import { findContainer, type Services } from './services.ts';
import { startContainer } from './start.ts';
import { killContainer, removeContainer, stopContainer } from './stop.ts';

/** The container service over the rooms below. */
export function containerService(services: Services): ContainerService {
  const find = (name: string) => findContainer(services, name);
  const { store } = services;
  return {
    create: async (request) => createContainer(services, request),
    start: async (name, attach) => startContainer(services, find(name), attach),
    wait: async (name) => waitForEnd(services, find(name)),
    attach: async (name, streams) => {
      const record = find(name);
      await (await runningContainer(services, record)).attach(streams);
      return waitForEnd(services, record);
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
  const running = services.store.containers.list().filter(({ state }) => state.status === 'running');
  await Promise.all(running.map(({ id }) => settle(services, id)));
}
