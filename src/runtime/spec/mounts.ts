// The mounts every container starts from, and those that users add.

import { posix } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import type { RuntimeMount } from '../../oci/index.ts';

const MEBIBYTE = 1024 * 1024;
const hardened = ['nosuid', 'noexec', 'nodev'] as const;

/** Docker's mounts, in Docker's order; `writable`: /sys and its cgroups, for privileged containers. */
export function containerMounts(options: {
  readonly writable: boolean;
  readonly shmSize: number | undefined;
  readonly hostIpc: boolean;
}): readonly RuntimeMount[] {
  const { writable, shmSize = 64 * MEBIBYTE, hostIpc } = options;
  return [
    proc,
    dev,
    devpts,
    { ...sysfs, options: [...hardened, ...(writable ? [] : ['ro'])] },
    { ...cgroup, options: [...(writable ? [] : ['ro']), ...hardened] },
    mqueue,
    hostIpc ? bindMount('/dev/shm', '/dev/shm') : shm(`size=${shmSize}`),
  ];
}

/** The mounts of BuildKit's steps, in its order; the cgroup file system comes last, after the step's own. */
export function buildMounts(
  writable: boolean,
  shmSize: number | undefined,
): { readonly before: readonly RuntimeMount[]; readonly after: readonly RuntimeMount[] } {
  const readonly = writable ? [] : ['ro'];
  return {
    before: [
      proc,
      dev,
      devpts,
      shm(shmSize === undefined ? 'size=65536k' : `size=${shmSize}`),
      mqueue,
      { ...sysfs, options: [...hardened, ...readonly] },
    ],
    after: [{ ...cgroup, options: [...readonly, ...hardened] }],
  };
}

/** Puts user mounts over the defaults: same place replaces, /dev takes all below it; shallow before deep. */
export function mergeMounts(
  defaults: readonly RuntimeMount[],
  added: readonly RuntimeMount[],
): readonly RuntimeMount[] {
  for (const { destination } of added) checkDestination(destination);
  const places = new Set(added.map(({ destination }) => posix.normalize(destination)));
  const kept = defaults.filter(
    ({ destination }) => !places.has(destination) && !(places.has('/dev') && destination.startsWith('/dev/')),
  );
  const depth = ({ destination }: RuntimeMount) => posix.normalize(destination).split('/').length;
  return [...kept, ...added.toSorted((a, b) => depth(a) - depth(b))];
}

/** A folder or file of the host in the container. */
export function bindMount(
  source: string,
  destination: string,
  options: { readonly readonly?: boolean; readonly propagation?: string } = {},
): RuntimeMount {
  const { readonly = false, propagation = 'rprivate' } = options;
  return {
    destination,
    type: 'bind',
    source,
    options: ['rbind', ...(readonly ? ['ro'] : []), propagation],
  };
}

const opposites: Readonly<Record<string, string>> = {
  exec: 'noexec',
  suid: 'nosuid',
  dev: 'nodev',
  rw: 'ro',
};

/** A tmpfs with Docker's options; `options` add to them and `exec`, `suid`, `dev` lift them. */
export function tmpfsMount(destination: string, options: readonly string[] = []): RuntimeMount {
  const lifted = new Set(options.map((option) => opposites[option]));
  const base = ['noexec', 'nosuid', 'nodev'].filter((option) => !lifted.has(option));
  const own = options.filter((option) => option !== '' && !base.includes(option));
  return { destination, type: 'tmpfs', source: 'tmpfs', options: [...base, 'rprivate', ...own] };
}

function checkDestination(destination: string): void {
  if (destination.startsWith('/') && !destination.includes('\0') && posix.normalize(destination) !== '/')
    return;
  throw new CaissonError(
    'MOUNT_INVALID',
    `The mount destination '${destination}' is not an absolute path below '/'`,
    {
      hint: "Give a path inside the container, such as '/data'.",
    },
  );
}

const proc: RuntimeMount = { destination: '/proc', type: 'proc', source: 'proc', options: hardened };
const dev: RuntimeMount = {
  destination: '/dev',
  type: 'tmpfs',
  source: 'tmpfs',
  options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
};
const devpts: RuntimeMount = {
  destination: '/dev/pts',
  type: 'devpts',
  source: 'devpts',
  options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
};
const mqueue: RuntimeMount = {
  destination: '/dev/mqueue',
  type: 'mqueue',
  source: 'mqueue',
  options: hardened,
};
const sysfs: RuntimeMount = { destination: '/sys', type: 'sysfs', source: 'sysfs' };
const cgroup: RuntimeMount = { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup' };

function shm(size: string): RuntimeMount {
  return { destination: '/dev/shm', type: 'tmpfs', source: 'shm', options: [...hardened, 'mode=1777', size] };
}
