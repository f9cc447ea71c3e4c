// Hosts as the tests know them: pure version 2, version 1, and the hybrid of both.

import { type CgroupHost, parseCgroups } from '../../../src/runtime/cgroup/index.ts';

const legacyMounts = ['cpu,cpuacct', 'memory', 'devices', 'pids', 'cpuset']
  .map((name, at) => `${40 + at} 31 0:${at} / /sys/fs/cgroup/${name} rw - cgroup cgroup rw,${name}`)
  .join('\n');
const systemdMount = '60 31 0:60 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd';
const unifiedMount = (path: string) => `61 31 0:61 / ${path} rw shared:4 - cgroup2 cgroup2 rw,nsdelegate`;

/** Only version 2. */
export const unifiedHost: CgroupHost = parseCgroups(
  unifiedMount('/sys/fs/cgroup'),
  () => 'cpuset cpu memory pids\n',
);
/** Only version 1. */
export const legacyHost: CgroupHost = parseCgroups(`${legacyMounts}\n${systemdMount}`, () => undefined);
/** Version 1 with an empty version 2. */
export const hybridHost: CgroupHost = parseCgroups(
  `${legacyMounts}\n${unifiedMount('/sys/fs/cgroup/with\\040space')}`,
  () => 'hugetlb\n',
);
