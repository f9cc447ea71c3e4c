// The config.json of a RUN step.

import { posix } from 'node:path';
import type { RuntimeMount, RuntimeResources, RuntimeSpec } from '../../oci/index.ts';
import { buildEnvironment, createBuildSpec, parseUlimit, type ResolvedUser } from '../../runtime/index.ts';
import type { StepNetwork } from '../solve/sandboxes.ts';
import type { ExecSettings, ExecVertex } from '../types.ts';
import { grantDevices } from './devices/index.ts';
import type { OpenMounts } from './mounts/index.ts';

/** What a process is given beyond its own description. */
export interface ExecSurroundings {
  /** Names its control groups. */
  readonly id: string;
  readonly user: ResolvedUser;
  readonly network: StepNetwork;
  /** The mounts of heredoc files. */
  readonly files: readonly RuntimeMount[];
  readonly open: OpenMounts;
  readonly resources: Omit<RuntimeResources, 'devices'> | undefined;
}

/** The config of the vertex's process. Throws `DEVICE_NOT_FOUND`, `ULIMIT_INVALID`. */
export function execSpec(vertex: ExecVertex, surroundings: ExecSurroundings): RuntimeSpec {
  const { user: resolved, network, files, open, resources } = surroundings;
  const { home, ...user } = resolved;
  const { settings = {} } = vertex;
  const granted = grantDevices(vertex.devices ?? []);
  const path = network.sandbox.namespacePath;
  return createBuildSpec({
    args: vertex.args,
    env: buildEnvironment([...vertex.unkeyedEnv, ...vertex.env, ...granted.env, ...open.env], home),
    cwd: vertex.cwd,
    user: withGroups(user, granted.groups),
    insecure: vertex.security === 'insecure',
    network: path === undefined ? 'host' : { path },
    mounts: [
      readOnlyFile(network.resolvConfFile, '/etc/resolv.conf'),
      readOnlyFile(network.hostsFile, '/etc/hosts'),
      ...sharedMemory(settings),
      ...byPlace([...files, ...open.mounts, ...granted.mounts]),
    ],
    devices: granted.devices,
    ...(resources === undefined ? {} : { resources }),
    ...limitsOf(settings, surroundings.id),
  });
}

function readOnlyFile(source: string, destination: string): RuntimeMount {
  const options = ['rbind', 'ro', 'nosuid', 'nodev', 'noexec', 'rprivate'];
  return { destination, type: 'bind', source, options };
}

/** The group that the steps of builds have theirs in, as BuildKit calls it. */
export function stepsGroup(cgroupParent: string): string {
  return posix.join('/', cgroupParent, 'buildkit');
}

/** The mount of /dev/shm where a size is asked for, as BuildKit mounts it. */
export function sharedMemory({ shmSize }: ExecSettings = {}): readonly RuntimeMount[] {
  if (shmSize === undefined) return [];
  const options = ['nosuid', `size=${shmSize}`];
  return [{ destination: '/dev/shm', type: 'tmpfs', source: 'tmpfs', options }];
}

/** Parents before what lies in them; of several mounts at one place the last one written counts. */
function byPlace(mounts: readonly RuntimeMount[]): readonly RuntimeMount[] {
  const named = new Map(mounts.map((mount) => [posix.normalize(mount.destination), mount]));
  return [...named].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, mount]) => mount);
}

function withGroups(user: Omit<ResolvedUser, 'home'>, groups: readonly number[]): Omit<ResolvedUser, 'home'> {
  if (groups.length === 0) return user;
  return { ...user, additionalGids: [...new Set([...(user.additionalGids ?? []), ...groups])] };
}

function limitsOf({ ulimits, cgroupParent, hostname }: ExecSettings, id: string) {
  return {
    ...(ulimits?.length ? { rlimits: ulimits.map(parseUlimit) } : {}),
    ...(cgroupParent === undefined ? {} : { cgroupsPath: posix.join(stepsGroup(cgroupParent), id) }),
    ...(hostname === undefined ? {} : { hostname }),
  };
}
