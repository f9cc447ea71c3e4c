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
import { requestOf, type Services, setupOf } from './services.ts';

/** Runs `request` to its end; throws `CONTAINER_NOT_RUNNING`, `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`. */
export async function execInContainer(
  services: Services,
  record: ContainerRecord,
  request: ExecRequest,
  streams: AttachedStreams,
): Promise<ExitStatus> {
  const running = await runningContainer(services, record);
  return running.exec(processOf(services, record, request), streams);
}

function processOf({ store }: Services, record: ContainerRecord, request: ExecRequest): RuntimeProcess {
  const { configuration } = setupOf(record);
  const container = requestOf(record);
  const view = store.layers.view(record.layers, join(store.containerDirectory(record.id), 'upper'));
  const text = (path: string) => view.read(path, 4 * 1024 * 1024)?.toString('utf8') ?? '';
  const { home, ...user } = resolveUser(
    request.user ?? configuration.user,
    text('/etc/passwd'),
    text('/etc/group'),
  );
  const hostname = container.hostname ?? record.id.slice(0, 12);
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
