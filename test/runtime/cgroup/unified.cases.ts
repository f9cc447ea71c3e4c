// Containers on a host that has cgroups of version 2 only: run by unified.test.ts, not by itself.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cgroupPlan, detectCgroups } from '../../../src/runtime/cgroup/index.ts';
import { createSpec, removeEmptyCgroup, resourcesOf } from '../../../src/runtime/index.ts';
import { collector, eventually, isAlive, workshop } from '../rootfs.ts';

const host = detectCgroups();
const top = '/sys/fs/cgroup';
const groups = (parent = 'caisson'): readonly string[] =>
  existsSync(join(top, parent))
    ? readdirSync(join(top, parent)).filter((name) => name.startsWith(`test-${process.pid}-`))
    : [];
/** Hierarchies of version 1 are still told of, though nobody can reach them. */
const unified = (text: string): readonly string[] => text.split('\n').filter((line) => !/^[1-9]/.test(line));
const groupOf = (pid: number): string => unified(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).join('\n');

test('nothing of version 1 is seen', () => {
  assert.equal(host.unified, top);
  assert.deepEqual(
    [...host.controllers.values()].filter(({ version }) => version === 1),
    [],
  );
});

test('limits without a controller are told, not dropped in silence', () => {
  const plan = cgroupPlan('x', resourcesOf({ memory: 16 << 20, pidsLimit: 5 }), host);
  const missing = ['memory', 'pids'].filter((name) => !host.controllers.has(name));
  assert.equal(plan.warnings.length, missing.length);
  for (const name of missing) assert.ok(plan.warnings.some((text) => text.includes(`'${name}'`)));
});

test('a container has a group of its own, which is the root it sees, and is gone with it', async (t) => {
  const { start } = workshop(t);
  const streams = collector();
  const script =
    'cat /proc/self/cgroup; grep " /sys/fs/cgroup " /proc/mounts; mkdir /sys/fs/cgroup/x; sleep 1000';
  const container = await start(['sh', '-c', script], { spec: { cgroup: 'private' }, attach: streams });
  await eventually(() => /x.?:|Read-only/.test(streams.errors()), 'what the container says');
  assert.match(unified(streams.text()).join('\n'), /^0::\/\ncgroup \/sys\/fs\/cgroup cgroup2 ro,/);
  assert.match(streams.errors(), /Read-only file system/);
  const [name] = groups();
  assert.equal(groupOf(container.pid), `0::/caisson/${name}\n`);
  await container.kill('KILL');
  await container.wait();
  await eventually(() => groups().length === 0, 'the group is removed');
});

test('exec joins the group', async (t) => {
  const { start } = workshop(t);
  const container = await start(['sleep', '1000'], { spec: { cgroup: 'private' } });
  const streams = collector();
  const { process } = createSpec({
    args: ['cat', '/proc/self/cgroup', '/proc/1/cgroup'],
    env: ['PATH=/bin'],
    cwd: '/',
    user: { uid: 0, gid: 0 },
  });
  assert.deepEqual(await container.exec(process, streams), { code: 0 });
  assert.deepEqual(unified(streams.text()), ['0::/', '0::/', '']);
});

test('devices are denied by a program of the kernel, but for those that are allowed', async (t) => {
  const { start, run } = workshop(t);
  const script =
    'rm -f /kmsg /own; mknod /kmsg c 1 11 && mknod /own c 1 3 && echo x > /own && head -c 4 /dev/zero | wc -c && head -c 1 /kmsg';
  const streams = collector();
  const container = await start(['sh', '-c', script], { attach: streams });
  assert.equal((await container.wait()).code, 1);
  assert.equal(streams.text(), '4\n');
  assert.match(streams.errors(), /kmsg: Operation not permitted/);
  const step = await run(['sh', '-c', script]);
  assert.deepEqual([step.code, step.stdout], [1, '4\n']);
  assert.match(step.stderr, /kmsg: Operation not permitted/);
});

test('devices are all allowed to a privileged container', async (t) => {
  const { start } = workshop(t);
  const allowed = collector();
  const privileged = await start(['sh', '-c', 'test -c /dev/kmsg && exec 3< /dev/kmsg && echo open'], {
    spec: { privileged: true },
    attach: allowed,
  });
  assert.equal((await privileged.wait()).code, 0, allowed.errors());
  assert.equal(allowed.text(), 'open\n');
});

test('what a container leaves in groups that it made is killed, and the groups are removed', async (t) => {
  const { start } = workshop(t);
  const streams = collector();
  const script = `mkdir -p /sys/fs/cgroup/a/b && for group in a a/b; do
      sleep 1000 & echo $! > /sys/fs/cgroup/$group/cgroup.procs; echo $!; done; echo ready; exec sleep 1000`;
  const container = await start(['sh', '-c', script], {
    spec: { privileged: true, cgroup: 'private', pid: 'host' },
    attach: streams,
  });
  await eventually(() => streams.text().endsWith('ready\n'), `the groups are made: ${streams.errors()}`);
  assert.equal(streams.errors(), '');
  const left = streams.text().split('\n').slice(0, 2).map(Number);
  const [name] = groups();
  assert.deepEqual(left.map(groupOf), [`0::/caisson/${name}/a\n`, `0::/caisson/${name}/a/b\n`]);
  await container.kill('KILL');
  await container.wait();
  await eventually(() => groups().length === 0, 'the groups are removed');
  assert.deepEqual(left.filter(isAlive), []);
});

test('a step with a group above its own', async (t) => {
  const { run } = workshop(t);
  const parent = `caisson-unified-${process.pid}`;
  t.after(() => removeEmptyCgroup(parent));
  const { stdout } = await run(['cat', '/proc/self/cgroup'], {
    spec: { cgroupsPath: `/${parent}/buildkit/step`, cgroup: 'host' },
  });
  removeEmptyCgroup(`${parent}/buildkit`);
  assert.deepEqual(unified(stdout), [`0::/${parent}/buildkit/step`, '']);
  assert.equal(existsSync(join(top, parent, 'buildkit')), false);
});
