// `docker inspect`'s description of a container.

import { join } from 'node:path';
import type { ContainerPort, ContainerRecord, Store } from '../../store/index.ts';
import type { ContainerInspection } from '../types.ts';
import { hostnameOf } from './sandbox.ts';
import { type ResolvedMount, requestOf, setupOf } from './services.ts';

/** The description, with Docker's field names. */
export function inspectContainer(store: Store, record: ContainerRecord): ContainerInspection {
  const { configuration, mounts } = setupOf(record);
  const directory = store.containerDirectory(record.id);
  const [path = '', ...args] = configuration.command;
  return {
    Id: record.id,
    Created: new Date(record.created).toISOString(),
    Path: path,
    Args: args,
    State: stateOf(record),
    Image: record.image.id,
    ResolvConfPath: join(directory, 'etc', 'resolv.conf'),
    HostnamePath: join(directory, 'etc', 'hostname'),
    HostsPath: join(directory, 'etc', 'hosts'),
    LogPath: join(directory, 'log.json'),
    Name: `/${record.name}`,
    Driver: store.layers.driver.name,
    Platform: 'linux',
    HostConfig: hostConfigOf(record),
    GraphDriver: { Name: store.layers.driver.name, Data: graphData(store, record, directory) },
    Mounts: mounts.map(mountOf),
    Config: configOf(record),
    NetworkSettings: networkOf(record),
  };
}

function stateOf({ state }: ContainerRecord): object {
  const moment = (time: number | undefined) =>
    time === undefined ? '0001-01-01T00:00:00Z' : new Date(time).toISOString();
  return {
    Status: state.status,
    Running: state.status === 'running',
    Paused: false,
    Restarting: false,
    OOMKilled: state.oomKilled ?? false,
    Dead: state.status === 'dead',
    Pid: state.pid ?? 0,
    ExitCode: state.exitCode ?? 0,
    Error: state.error ?? '',
    StartedAt: moment(state.startedAt),
    FinishedAt: moment(state.finishedAt),
  };
}

function hostConfigOf(record: ContainerRecord): object {
  const request = requestOf(record);
  const { memory, cpu, pids } = request.resources;
  return {
    NetworkMode: request.network,
    AutoRemove: request.autoRemove,
    Privileged: request.privileged,
    ReadonlyRootfs: request.readOnly,
    CapAdd: request.capAdd,
    CapDrop: request.capDrop,
    SecurityOpt: request.securityOptions,
    Dns: request.dns,
    ExtraHosts: request.extraHosts,
    Init: request.init,
    Runtime: request.runtime ?? 'launcher',
    PublishAllPorts: request.publishAll,
    ShmSize: request.shmSize ?? 64 * 1024 * 1024,
    Ulimits: request.ulimits,
    Memory: memory?.limit ?? 0,
    MemorySwap: memory?.swap ?? 0,
    CpuQuota: cpu?.quota ?? 0,
    CpuPeriod: cpu?.period ?? 0,
    CpuShares: cpu?.shares ?? 0,
    CpusetCpus: cpu?.cpus ?? '',
    PidsLimit: pids?.limit ?? null,
  };
}

function configOf(record: ContainerRecord): object {
  const request = requestOf(record);
  const { configuration } = setupOf(record);
  return {
    Hostname: hostnameOf(record.id, request),
    User: configuration.user,
    Tty: request.terminal,
    OpenStdin: request.openStdin,
    Env: configuration.env,
    Cmd: configuration.command,
    Image: request.image,
    WorkingDir: configuration.workingDirectory,
    Labels: configuration.labels,
    ExposedPorts: Object.fromEntries(configuration.exposedPorts.map((port) => [port, {}])),
    StopSignal: configuration.stopSignal,
    StopTimeout: configuration.stopTimeout,
  };
}

function graphData(store: Store, record: ContainerRecord, directory: string): object {
  return {
    LowerDir: store.layers.driver.lower(record.layers).join(':'),
    UpperDir: join(directory, 'upper'),
    WorkDir: join(directory, 'work'),
  };
}

function mountOf({ kind, source, target, readOnly, volume }: ResolvedMount): object {
  return {
    Type: kind,
    ...(volume === undefined ? {} : { Name: volume, Driver: 'local' }),
    Source: source,
    Destination: target,
    Mode: readOnly ? 'ro' : '',
    RW: !readOnly,
  };
}

function networkOf(record: ContainerRecord): object {
  const {
    address = '',
    gateway = '',
    macAddress = '',
  } = record.state.status === 'running' ? setupOf(record) : {};
  return { Ports: portsOf(record.ports), IPAddress: address, Gateway: gateway, MacAddress: macAddress };
}

function portsOf(ports: readonly ContainerPort[]): object {
  const byPort = Map.groupBy(ports, ({ containerPort, protocol }) => `${containerPort}/${protocol}`);
  return Object.fromEntries(
    [...byPort].map(([port, bindings]) => [
      port,
      bindings.map(({ hostAddress, hostPort }) => ({
        HostIp: hostAddress ?? '0.0.0.0',
        HostPort: String(hostPort),
      })),
    ]),
  );
}
