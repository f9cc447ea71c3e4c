// cgroupPlan on the three kinds of host.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuntimeResources } from '../../../src/oci/index.ts';
import {
  type CgroupHost,
  cgroupMounts,
  cgroupPlan,
  parseCgroups,
} from '../../../src/runtime/cgroup/index.ts';
import { createBuildSpec, createSpec, resourcesOf } from '../../../src/runtime/spec/index.ts';
import { hybridHost, legacyHost, unifiedHost } from './hosts.ts';

test('controllers are found where they are mounted', () => {
  const where = ({ controllers }: CgroupHost) =>
    ['memory', 'devices', 'cpu', 'hugetlb'].map((name) => controllers.get(name)?.mount);
  assert.deepEqual(where(legacyHost), [
    '/sys/fs/cgroup/memory',
    '/sys/fs/cgroup/devices',
    '/sys/fs/cgroup/cpu,cpuacct',
    undefined,
  ]);
  assert.deepEqual(where(unifiedHost), ['/sys/fs/cgroup', undefined, '/sys/fs/cgroup', undefined]);
  assert.equal(hybridHost.unified, '/sys/fs/cgroup/with space');
  assert.deepEqual(hybridHost.controllers.get('hugetlb'), { version: 2, mount: '/sys/fs/cgroup/with space' });
});

const all = resourcesOf({
  memory: 64 << 20,
  memoryReservation: 32 << 20,
  cpus: 1.5,
  cpuShares: 512,
  cpusetCpus: '0-1',
  pidsLimit: 100,
});

test('version 1 limits go to each hierarchy', () => {
  assert.deepEqual(written(all, legacyHost), {
    'cpuset/caisson/c1/cpuset.cpus': '0-1',
    'memory/caisson/c1/memory.limit_in_bytes': '67108864',
    'memory/caisson/c1/memory.soft_limit_in_bytes': '33554432',
    'memory/caisson/c1/memory.memsw.limit_in_bytes': '134217728',
    'cpu,cpuacct/caisson/c1/cpu.shares': '512',
    'cpu,cpuacct/caisson/c1/cpu.cfs_period_us': '100000',
    'cpu,cpuacct/caisson/c1/cpu.cfs_quota_us': '150000',
    'pids/caisson/c1/pids.max': '100',
  });
});

test('version 2 limits go to one folder, swap by itself and shares as weight', () => {
  assert.deepEqual(written(all, unifiedHost), {
    'caisson/c1/cpuset.cpus': '0-1',
    'caisson/c1/memory.max': '67108864',
    'caisson/c1/memory.low': '33554432',
    'caisson/c1/memory.swap.max': '67108864',
    'caisson/c1/cpu.weight': '20',
    'caisson/c1/cpu.max': '150000 100000',
    'caisson/c1/pids.max': '100',
  });
});

const swaps: readonly (readonly [memorySwap: number, legacy: string, unified: string])[] = [
  [0, '134217728', '67108864'],
  [-1, '-1', 'max'],
  [64 << 20, '67108864', '0'],
  [100 << 20, '104857600', '37748736'],
];
for (const [memorySwap, legacy, unified] of swaps)
  test(`--memory 64m --memory-swap ${memorySwap}`, () => {
    const resources = resourcesOf({ memory: 64 << 20, memorySwap });
    assert.equal(written(resources, legacyHost)['memory/caisson/c1/memory.memsw.limit_in_bytes'], legacy);
    assert.equal(written(resources, unifiedHost)['caisson/c1/memory.swap.max'], unified);
  });

test('a build step has only what device rules need', () => {
  const { linux } = createBuildSpec(request);
  const legacy = cgroupPlan('s1', linux.resources ?? {}, hybridHost);
  assert.deepEqual(legacy.directories, ['/sys/fs/cgroup/devices/caisson/s1']);
  assert.deepEqual(legacy.writes[0], { path: '/sys/fs/cgroup/devices/caisson/s1/devices.deny', value: 'a' });
  assert.equal(legacy.deviceProgram, undefined);
  const unified = cgroupPlan('s1', linux.resources ?? {}, unifiedHost);
  assert.deepEqual(
    [unified.unifiedDirectory, unified.writes, unified.procs, unified.unifiedControllers],
    ['/sys/fs/cgroup/caisson/s1', [], [], []],
  );
  assert.ok(unified.deviceProgram);
});

test('a privileged container without limits needs no group, unless its use is to be read', () => {
  const { linux } = createSpec({ ...request, privileged: true });
  assert.deepEqual(cgroupPlan('p', linux.resources ?? {}, hybridHost).directories, []);
  const accounted = cgroupPlan('p', linux.resources ?? {}, unifiedHost, { accounting: true });
  assert.deepEqual(accounted.unifiedControllers, ['memory', 'cpu', 'pids']);
  assert.deepEqual(accounted.memory, { version: 2, directory: '/sys/fs/cgroup/caisson/p' });
});

test('what a host cannot limit is told, not failed', () => {
  const bare = parseCgroups('', () => undefined);
  const { warnings, writes, directories } = cgroupPlan('c1', { ...all, devices: [{ allow: false }] }, bare);
  assert.deepEqual([writes, directories], [[], []]);
  assert.equal(warnings.length, 5);
  const swap = cgroupPlan('c1', all, unifiedHost).writes.find(({ path }) => path.endsWith('swap.max'));
  assert.match(swap?.optional ?? '', /does not support swap limit/);
});

test('ids and parents cannot lead out of their place', () => {
  for (const id of ['..', 'a/b', '', '.x', 'a\n'])
    assert.throws(() => cgroupPlan(id, {}, legacyHost), { code: 'CGROUP_INVALID' }, id);
  assert.throws(() => cgroupPlan('a', {}, legacyHost, { parent: '../x' }), { code: 'CGROUP_INVALID' });
});

test('the container sees its own groups', () => {
  const mount = {
    destination: '/sys/fs/cgroup',
    type: 'cgroup',
    source: 'cgroup',
    options: ['ro', 'nosuid'],
  };
  const resources = resourcesOf({ pidsLimit: 5, memory: 64 << 20 });
  const legacy = cgroupMounts(mount, cgroupPlan('c1', resources, legacyHost), legacyHost, false);
  assert.deepEqual(
    legacy.map(({ destination, source }) => [destination, source]),
    [
      ['/sys/fs/cgroup', 'tmpfs'],
      ['/sys/fs/cgroup/memory', '/sys/fs/cgroup/memory/caisson/c1'],
      ['/sys/fs/cgroup/pids', '/sys/fs/cgroup/pids/caisson/c1'],
    ],
  );
  const plan = cgroupPlan('c1', resources, unifiedHost);
  assert.deepEqual(cgroupMounts(mount, plan, unifiedHost, true), [{ ...mount, type: 'cgroup2' }]);
  assert.equal(cgroupMounts(mount, plan, unifiedHost, false)[0]?.source, '/sys/fs/cgroup/caisson/c1');
});

test('limits that make no sense are refused', () => {
  const bad = [
    { memory: 1024 },
    { memory: Number.NaN },
    { memorySwap: 100 << 20 },
    { memory: 64 << 20, memorySwap: 1 << 20 },
    { cpus: -1 },
    { cpuShares: 1 },
    { cpusetCpus: '0-' },
    { cpusetCpus: '0\n1' },
  ];
  for (const limits of bad)
    assert.throws(() => resourcesOf(limits), { code: 'RESOURCE_INVALID' }, JSON.stringify(limits));
});

const request = { args: ['true'], env: [], cwd: '/', user: { uid: 0, gid: 0 } };

function written(resources: RuntimeResources, host: CgroupHost): Record<string, string> {
  const { writes } = cgroupPlan('c1', resources, host);
  return Object.fromEntries(writes.map(({ path, value }) => [path.replace('/sys/fs/cgroup/', ''), value]));
}
