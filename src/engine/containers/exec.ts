// Another process in a running container.

import { join } from 'node:path';
import type { RuntimeProcess } from '../../oci/index.ts';
import {
  type AttachedStreams,
  containerEnvironment,
  createSpec,
  type ExitStatus,
  resolveUser,
} from '../../runtime/index.ts';
import type { ContainerRecord } from '../../store/index.ts';
import type { ExecRequest } from '../types.ts';
import { runningContainer } from './running.ts';
import { hostnameOf } from './sandbox.ts';
import { requestOf, type Services, setupOf } from './services.ts';
import { textOf } from './spec.ts';

/** Runs `request` to its end; throws `CONTAINER_NOT_RUNNING`, `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`. */
export async function execInContainer(
  services: Services,
  record: ContainerRecord,
  request: ExecRequest,
  streams: AttachedStreams,
): Promise<ExitStatus | undefined> {
  const running = await runningContainer(services, record);
  try {
    return await running.exec(processOf(services, record, request), streams, { detached: request.detached });
  } catch (error) {
    if (streams.detach?.aborted) return undefined;
    throw error;
  }
}

function processOf({ store }: Services, record: ContainerRecord, request: ExecRequest): RuntimeProcess {
  const { configuration } = setupOf(record);
  const container = requestOf(record);
  const view = store.layers.view(record.layers, join(store.containerDirectory(record.id), 'upper'));
  const { home, ...user } = resolveUser(
    request.user ?? configuration.user,
    textOf(view, '/etc/passwd'),
    textOf(view, '/etc/group'),
  );
  const hostname = hostnameOf(record.id, container);
  return createSpec({
    args: request.command,
    env: containerEnvironment({
      env: [...configuration.env, ...request.env],
      hostname,
      terminal: request.terminal,
      home,
    }),
    cwd: request.workingDirectory ?? configuration.workingDirectory,
    user,
    terminal: request.terminal,
    privileged: request.privileged || container.privileged,
    capabilities: { add: container.capAdd, drop: container.capDrop },
  }).process;
}
