// createSpec and createBuildSpec against the configs that Docker made for the same requests.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { RuntimeSpec } from '../../../src/oci/index.ts';
import {
  bindMount,
  containerEnvironment,
  createBuildSpec,
  createSpec,
  DEFAULT_PATH,
  parseUlimit,
  type SpecRequest,
  stringifySpec,
  tmpfsMount,
} from '../../../src/runtime/spec/index.ts';

const base: SpecRequest = {
  args: ['/bin/sleep', '60'],
  env: [],
  cwd: '/',
  user: { uid: 0, gid: 0, additionalGids: [0, 10] },
};
const fuse = {
  device: { path: '/dev/fuse', type: 'c', major: 10, minor: 229, fileMode: 0o600, uid: 0, gid: 0 },
  rule: { allow: true, type: 'c', major: 10, minor: 229, access: 'rwm' },
} as const;

const cases: Readonly<Record<string, Partial<SpecRequest>>> = {
  limits: {
    args: ['/bin/sleep', '600'],
    hostname: 'foo',
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 100, hard: 200 }],
    resources: {
      memory: { limit: 64 << 20, swap: 128 << 20 },
      cpu: { quota: 50000, period: 100000 },
      pids: { limit: 100 },
    },
  },
  'ipc-host': { ipc: 'host' },
  'pid-uts-host': { pid: 'host', uts: 'host' },
  'network-host': { network: 'host' },
  terminal: { terminal: true },
  'readonly-mounts': {
    readonlyRoot: true,
    shmSize: 1 << 20,
    mounts: [
      tmpfsMount('/x'),
      tmpfsMount('/y', ['size=1m', 'mode=700']),
      tmpfsMount('/z', ['size=4k']),
      bindMount('/tmp/vv', '/q', { readonly: true }),
      bindMount('/var/lib/docker/volumes/vol1/_data', '/vol'),
    ],
  },
  capabilities: {
    user: { uid: 1000, gid: 1001, additionalGids: [1001, 10, 20] },
    capabilities: { add: ['NET_ADMIN', 'sys_ptrace'], drop: ['MKNOD'] },
    security: { noNewPrivileges: true },
    sysctls: { 'net.core.somaxconn': '100' },
    devices: [fuse],
    resources: { cpu: { shares: 512, cpus: '0' } },
  },
  unconfined: {
    capabilities: { drop: ['ALL'], add: ['CHOWN', 'cap_net_raw'] },
    security: { seccomp: 'unconfined' },
  },
};

for (const [name, request] of Object.entries(cases)) {
  test(`${name}: the config equals Docker's`, () => {
    const expected = reference(name);
    const hostname = request.hostname ?? expected.hostname;
    const spec = createSpec({
      ...base,
      ...request,
      env: containerEnvironment({
        env: [],
        hostname: expected.process.env[1]?.slice('HOSTNAME='.length) ?? '',
        terminal: request.terminal ?? false,
        home: '/root',
      }),
      ...(hostname === undefined ? {} : { hostname }),
    });
    assert.deepEqual(comparable(spec), comparable(expected, '/root'));
  });
}

test("a build step's config equals BuildKit's", () => {
  const spec = createBuildSpec({
    ...base,
    args: ['/bin/sh', '-c', 'sleep 8'],
    env: [`PATH=${DEFAULT_PATH}`, 'HOME=/root'],
  });
  assert.deepEqual(comparable(spec), comparable(reference('build-step'), '/root'));
});

test('a privileged container has every device and capability, and nothing masked or filtered', () => {
  const { linux, mounts, process } = createSpec({ ...base, privileged: true });
  assert.equal(linux.seccomp, undefined);
  assert.equal(linux.maskedPaths, undefined);
  assert.equal(linux.readonlyPaths, undefined);
  assert.deepEqual(linux.resources?.devices?.at(-1), { allow: true, access: 'rwm' });
  assert.ok(linux.devices?.some(({ path }) => path === '/dev/null'));
  assert.ok(mounts.every(({ options }) => !options?.includes('ro')));
  assert.ok((process.capabilities?.bounding?.length ?? 0) > 30);
});

test('mounts that would cover the root or leave it are refused', () => {
  for (const destination of ['/', 'data', '', '/a/..', '/x\0y'])
    assert.throws(() => createSpec({ ...base, mounts: [bindMount('/tmp', destination)] }), {
      code: 'MOUNT_INVALID',
    });
});

test('a user mount replaces the default at its place, and /dev takes all below it', () => {
  const { mounts } = createSpec({ ...base, mounts: [bindMount('/dev', '/dev'), tmpfsMount('/dev/shm/')] });
  assert.deepEqual(
    mounts.map(({ destination }) => destination),
    ['/proc', '/sys', '/sys/fs/cgroup', '/dev', '/dev/shm/'],
  );
});

test('sysctls of the host are refused', () => {
  const set = (sysctls: Record<string, string>, more: Partial<SpecRequest> = {}) =>
    createSpec({ ...base, ...more, sysctls }).linux.sysctl;
  assert.deepEqual(set({ 'kernel.msgmax': '1' }, { sharesNetwork: true }), { 'kernel.msgmax': '1' });
  for (const name of [
    'kernel.core_pattern',
    'vm.swappiness',
    'net',
    'net.../../kernel.core_pattern',
    'net/../kernel',
  ])
    assert.throws(() => set({ [name]: '1' }), { code: 'SYSCTL_INVALID' }, name);
  assert.throws(() => set({ 'net.core.somaxconn': '1' }, { network: 'host' }), { code: 'SYSCTL_INVALID' });
  assert.throws(() => set({ 'fs.mqueue.msg_max': '1' }, { ipc: 'host' }), { code: 'SYSCTL_INVALID' });
});

function reference(name: string): RuntimeSpec {
  return JSON.parse(readFileSync(new URL(`docker/${name}.json`, import.meta.url), 'utf8'));
}

/** The order of namespaces says nothing; runc adds HOME by itself; Docker writes `rro` where the kernel can make a whole tree read-only, and leaves volumes' propagation out. */
function comparable(spec: RuntimeSpec, home?: string): unknown {
  const { seccomp, ...linux } = spec.linux;
  const env = home === undefined ? spec.process.env : [...spec.process.env, `HOME=${home}`];
  const rules: unknown = seccomp?.syscalls;
  return {
    ...spec,
    process: { ...spec.process, env },
    mounts: spec.mounts.map((mount) => ({
      ...mount,
      options: mount.options
        ?.map((option) => (option === 'rro' ? 'ro' : option))
        .filter((option) => option !== 'rprivate'),
    })),
    linux: {
      ...linux,
      namespaces: linux.namespaces.toSorted((a, b) => a.type.localeCompare(b.type)),
      seccomp: seccomp && {
        ...seccomp,
        syscalls: typeof rules === 'number' ? rules : seccomp.syscalls?.length,
      },
    },
  };
}

test('unlimited limits are written as the largest 64-bit number', () => {
  const spec = createSpec({ ...base, rlimits: [parseUlimit('core=0:-1')] });
  assert.match(stringifySpec(spec), /"soft":0,"hard":18446744073709551615/);
});
