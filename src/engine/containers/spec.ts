// The runtime-spec config of a container.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RuntimeMount, RuntimeSpec } from '../../oci/index.ts';
import {
  bindMount,
  containerEnvironment,
  createSpec,
  parseSecurityOptions,
  parseUlimit,
  resolveUser,
} from '../../runtime/index.ts';
import type { ContainerRecord, TreeView } from '../../store/index.ts';
import { runtimeMounts } from './mounts.ts';
import type { Connection } from './sandbox.ts';
import { requestOf, setupOf } from './services.ts';

/** The config of a container whose files `view` shows. Throws `USER_NOT_FOUND`, and what the runtime's parsers throw. */
export function specOf(record: ContainerRecord, view: TreeView, connection: Connection): RuntimeSpec {
  const request = requestOf(record);
  const { configuration, mounts } = setupOf(record);
  const { hostname, network } = connection;
  const { home, ...user } = resolveUser(
    configuration.user,
    textOf(view, '/etc/passwd'),
    textOf(view, '/etc/group'),
  );
  return createSpec({
    args: configuration.command,
    env: containerEnvironment({ env: configuration.env, hostname, terminal: request.terminal, home }),
    cwd: configuration.workingDirectory,
    user,
    hostname,
    terminal: request.terminal,
    readonlyRoot: request.readOnly,
    mounts: [...etcMounts(connection.etc, mounts), ...runtimeMounts(mounts)],
    capabilities: { add: request.capAdd, drop: request.capDrop },
    privileged: request.privileged,
    security: parseSecurityOptions(request.securityOptions, (path) => readFileSync(path, 'utf8')),
    rlimits: request.ulimits.map(parseUlimit),
    resources: request.resources,
    network,
    ...(request.shmSize === undefined ? {} : { shmSize: request.shmSize }),
    cgroupsPath: `/caisson/${record.id}`,
  });
}

/** A file that the user mounts at the same place wins. */
function etcMounts(folder: string, mounts: readonly { readonly target: string }[]): readonly RuntimeMount[] {
  return ['resolv.conf', 'hostname', 'hosts']
    .filter((name) => !mounts.some(({ target }) => target === `/etc/${name}`))
    .map((name) => bindMount(join(folder, name), `/etc/${name}`));
}

/** A small text file of the container; empty where there is none. */
export function textOf(view: TreeView, path: string): string {
  return view.read(path, 4 * 1024 * 1024)?.toString('utf8') ?? '';
}
