// Plans carried out on this host: the kernel limits what the plan says.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../../../src/core/index.ts';
import {
  type CgroupPlan,
  cgroupPlan,
  detectCgroups,
  memoryUsage,
  oomKills,
  prepareCgroups,
} from '../../../src/runtime/cgroup/index.ts';
import { resourcesOf } from '../../../src/runtime/spec/index.ts';

const skip = process.getuid?.() === 0 && existsSync('/sys/fs/cgroup') ? false : 'needs root';
const host = detectCgroups();
const lacks = (controller: string) =>
  skip || (host.controllers.has(controller) ? false : `no ${controller} controller`);

test('memory: what takes more is killed, and the kill is counted', { skip: lacks('memory') }, (t) => {
  const plan = apply(t, 'memory', { memory: 16 << 20, memorySwap: 16 << 20 });
  assert.equal(oomKills(plan), 0);
  assert.equal(within(plan, 'head -c 64m /dev/zero | tail -c 60m > /dev/null').status, 128 + 9);
  assert.ok(oomKills(plan) >= 1);
  assert.ok((memoryUsage(plan).peak ?? 0) > 8 << 20);
});

test('pids: no more processes than allowed', { skip: lacks('pids') }, (t) => {
  const plan = apply(t, 'pids', { pidsLimit: 3 });
  const { stderr } = within(plan, 'sleep 1 & sleep 1 & sleep 1 & wait');
  assert.match(stderr, /[Cc]annot fork|Resource temporarily unavailable/);
});

test('cpuset: only the processors given', { skip: lacks('cpuset') }, (t) => {
  const plan = apply(t, 'cpuset', { cpusetCpus: '0' });
  assert.match(within(plan, 'grep Cpus_allowed_list /proc/self/status').stdout, /:\s*0$/m);
});

test('devices: only what the rules allow', {
  skip: host.controllers.has('devices') ? skip : 'no version 1 devices',
}, (t) => {
  const plan = apply(t, 'devices', {}, [{ allow: false, access: 'rwm' }]);
  const { status, stderr } = within(plan, 'exec 3</dev/null 4<>/dev/zero && ! cat /dev/kmsg');
  assert.deepEqual([status, /not permitted/.test(stderr)], [0, true]);
});

/** Makes the groups of a plan as the launcher does; gone when the test ends. */
function apply(
  t: TestContext,
  id: string,
  limits: Parameters<typeof resourcesOf>[0],
  devices: NonNullable<Parameters<typeof cgroupPlan>[1]['devices']> = [],
): CgroupPlan {
  const parent = `caisson-test-${process.pid}-${id}`;
  const plan = cgroupPlan(id, { ...resourcesOf(limits), devices }, host, { parent });
  t.after(async () => {
    for (const directory of plan.removals) await removeGroup(directory);
    for (const directory of new Set(plan.removals.map((path) => dirname(path)))) rmdirSync(directory);
  });
  prepareCgroups(plan, host);
  for (const directory of plan.directories) mkdirSync(directory);
  for (const { path, value } of plan.writes) writeFileSync(path, value);
  return plan;
}

/** A group can be removed a moment after its last process has ended. */
async function removeGroup(directory: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      return rmdirSync(directory);
    } catch (error) {
      if (errnoOf(error) !== 'EBUSY') throw error;
      await sleep(20);
    }
  }
  rmdirSync(directory);
}

/** Runs a script in the groups. */
function within({ procs, unifiedDirectory }: CgroupPlan, script: string) {
  const files = [...procs, ...(unifiedDirectory ? [join(unifiedDirectory, 'cgroup.procs')] : [])];
  const enter = files.map((file) => `echo $$ > ${file}`).join(' && ');
  return spawnSync('sh', ['-c', `${enter} || exit 99\n${script}`], { encoding: 'utf8' });
}
