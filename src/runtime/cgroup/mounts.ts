// The cgroup file systems that a container sees at /sys/fs/cgroup.

import { posix } from 'node:path';
import type { RuntimeMount } from '../../oci/index.ts';
import type { CgroupHost } from './host.ts';
import type { CgroupPlan } from './plan.ts';

/**
 * The mounts that stand for one of type `cgroup`: on version 1 a tmpfs with the container's own group of each hierarchy it is in;
 * on version 2 the hierarchy as its cgroup namespace shows it, or its own group where it shares the host's namespace.
 */
export function cgroupMounts(
  mount: RuntimeMount,
  plan: CgroupPlan,
  host: CgroupHost,
  namespaced: boolean,
): readonly RuntimeMount[] {
  const options = mount.options ?? [];
  const legacy = plan.procs.map((path) => posix.dirname(path));
  if (legacy.length === 0 && plan.unifiedDirectory === undefined) return [];
  if (legacy.length === 0)
    return namespaced
      ? [{ ...mount, type: 'cgroup2', source: 'cgroup' }]
      : [{ ...mount, type: 'bind', source: plan.unifiedDirectory ?? '', options: ['bind', ...options] }];
  const tmpfs = {
    ...mount,
    type: 'tmpfs',
    source: 'tmpfs',
    options: [...options.filter((one) => one !== 'ro'), 'mode=755'],
  };
  return [tmpfs, ...legacy.map((directory) => hierarchy(mount, directory, host))];
}

function hierarchy(mount: RuntimeMount, directory: string, host: CgroupHost): RuntimeMount {
  const top =
    [...host.controllers.values()].find(({ mount: at }) => directory.startsWith(`${at}/`))?.mount ??
    directory;
  return {
    destination: posix.join(mount.destination, posix.basename(top)),
    type: 'bind',
    source: directory,
    options: ['bind', ...(mount.options ?? [])],
  };
}
