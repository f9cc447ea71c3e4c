// Starting a container: its network, its files of /etc, its spec, then the runtime.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CaissonError, messageOf, Scope } from '../../core/index.ts';
import type { NetworkMode, Sandbox } from '../../network/index.ts';
import type { RuntimeMount, RuntimeSpec } from '../../oci/index.ts';
import {
  type AttachedStreams,
  bindMount,
  containerEnvironment,
  createSpec,
  type NamespaceMode,
  parseSecurityOptions,
  parseUlimit,
  resolveUser,
} from '../../runtime/index.ts';
import type { ContainerRecord, TreeView } from '../../store/index.ts';
import { runtimeMounts } from './mounts.ts';
import { parsePublish, publishAll } from './ports.ts';
import { runningContainer } from './running.ts';
import { findContainer, requestOf, type Services, setupOf } from './services.ts';

/** Starts a created or stopped container; streams in `attach` miss no output. Throws what the network and the runtime throw. */
export async function startContainer(
  services: Services,
  record: ContainerRecord,
  attach?: AttachedStreams,
): Promise<ContainerRecord> {
  const { store, runtime } = services;
  if (record.state.status === 'running')
    throw new CaissonError('CONTAINER_RUNNING', `Container "${record.name}" is running already`);
  await using undo = new Scope();
  const sandbox = await connect(services, record, undo);
  const directory = store.containerDirectory(record.id);
  const view = store.layers.view(record.layers, join(directory, 'upper'));
  const request = requestOf(record);
  const bundle = {
    id: record.id,
    spec: specOf(record, view, sandbox, etcMounts(record, directory, sandbox)),
    root: {
      lower: store.layers.driver.lower(record.layers),
      upper: join(directory, 'upper'),
      work: join(directory, 'work'),
    },
    init: request.init,
  };
  rmSync(join(directory, 'exit.json'), { force: true });
  const running = await startOrRecord(services, record, () =>
    runtime.start(bundle, {
      directory,
      openStdin: request.openStdin,
      ...(attach ? { attach } : {}),
      ...(request.runtime ? { runtime: request.runtime } : {}),
      exitCommand: settleCommand(store.root, record.id),
    }),
  );
  undo.move();
  return store.containers.update(record.id, (current) => ({
    ...current,
    state: { status: 'running', pid: running.pid, startedAt: running.startedAt },
    ports: sandbox.ports,
    runtime: { ...setupOf(current), ...addresses(sandbox) },
  }));
}

async function connect(
  { store, network, runtime }: Services,
  record: ContainerRecord,
  undo: Scope,
): Promise<Sandbox> {
  const request = requestOf(record);
  const { configuration } = setupOf(record);
  const ports = [
    ...request.publish.flatMap(parsePublish),
    ...(request.publishAll ? publishAll(configuration.exposedPorts) : []),
  ];
  const sandbox = await network.create({
    id: record.id,
    mode: await networkMode({ store, network, runtime }, request.network),
    ports,
    hostname: hostnameOf(record),
    extraHosts: request.extraHosts,
    dns: request.dns,
  });
  undo.defer(() => network.remove(record.id));
  return sandbox;
}

async function networkMode(services: Services, text: string): Promise<NetworkMode> {
  if (text === 'bridge' || text === 'default') return { kind: 'bridge' };
  if (text === 'host' || text === 'none') return { kind: text };
  if (text.startsWith('container:')) {
    const { pid } = await runningContainer(
      services,
      findContainer(services, text.slice('container:'.length)),
    );
    return { kind: 'container', pid };
  }
  throw new CaissonError('NETWORK_UNKNOWN', `There is no network "${text}"`, {
    hint: 'Use bridge, host, none or container:ID.',
  });
}

/** The files of /etc that belong to the container, written anew at each start. */
function etcMounts({ id }: ContainerRecord, directory: string, sandbox: Sandbox): readonly RuntimeMount[] {
  const folder = join(directory, 'etc');
  mkdirSync(folder, { recursive: true });
  const files = { hosts: sandbox.hosts, 'resolv.conf': sandbox.resolvConf, hostname: `${id.slice(0, 12)}\n` };
  return Object.entries(files).map(([name, content]) => {
    writeFileSync(join(folder, name), content, { mode: 0o644 });
    return bindMount(join(folder, name), `/etc/${name}`);
  });
}

function specOf(
  record: ContainerRecord,
  view: TreeView,
  sandbox: Sandbox,
  etc: readonly RuntimeMount[],
): RuntimeSpec {
  const request = requestOf(record);
  const { configuration, mounts } = setupOf(record);
  const { home, ...user } = resolveUser(
    configuration.user,
    textOf(view, '/etc/passwd'),
    textOf(view, '/etc/group'),
  );
  return createSpec({
    args: configuration.command,
    env: containerEnvironment({
      env: configuration.env,
      hostname: hostnameOf(record),
      terminal: request.terminal,
      home,
    }),
    cwd: configuration.workingDirectory,
    user,
    hostname: hostnameOf(record),
    terminal: request.terminal,
    readonlyRoot: request.readOnly,
    mounts: [...etc, ...runtimeMounts(mounts)],
    capabilities: { add: request.capAdd, drop: request.capDrop },
    privileged: request.privileged,
    security: parseSecurityOptions(request.securityOptions, (path) => readFileSync(path, 'utf8')),
    rlimits: request.ulimits.map(parseUlimit),
    resources: request.resources,
    network: networkNamespace(sandbox),
    ...(request.shmSize === undefined ? {} : { shmSize: request.shmSize }),
    cgroupsPath: `/caisson/${record.id}`,
  });
}

function networkNamespace({ namespacePath }: Sandbox): NamespaceMode {
  return namespacePath === undefined ? 'host' : { path: namespacePath };
}

function hostnameOf(record: ContainerRecord): string {
  return requestOf(record).hostname ?? record.id.slice(0, 12);
}

function textOf(view: TreeView, path: string): string {
  return view.read(path, 4 * 1024 * 1024)?.toString('utf8') ?? '';
}

function addresses({ address, gateway, macAddress }: Sandbox) {
  return {
    ...(address ? { address } : {}),
    ...(gateway ? { gateway } : {}),
    ...(macAddress ? { macAddress } : {}),
  };
}

/** A failed start leaves its reason and Docker's exit code in the record. */
async function startOrRecord<T>(
  { store }: Services,
  record: ContainerRecord,
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const code =
      error instanceof CaissonError
        ? ({ COMMAND_NOT_FOUND: 127, COMMAND_NOT_EXECUTABLE: 126 }[error.code] ?? 128)
        : 128;
    store.containers.update(record.id, (current) => ({
      ...current,
      state: { status: 'created', exitCode: code, error: messageOf(error) },
    }));
    throw error;
  }
}

/** What a container's supervisor runs when the container has ended and no one waits for it. */
function settleCommand(root: string, id: string): readonly string[] {
  return [
    fileURLToPath(new URL('../../../bin/caisson', import.meta.url)),
    '--root',
    root,
    'system',
    'settle',
    id,
  ];
}
