// Killed programs, two programs at once, and process ids that are given out again.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

const program = fileURLToPath(new URL('../../bin/caisson', import.meta.url));

/** Processes in the control groups of a container: all of them, whoever started them. */
function processesOf(id: string): number {
  const groups = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return groups.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(id);
    } catch {
      return false;
    }
  }).length;
}

describe('crashes', { skip: cannotRunContainers }, () => {
  let root: TestRoot;
  before(async () => {
    root = await testRoot(['busybox']);
  });
  after(() => root[Symbol.asyncDispose]());

  const spawned = (args: readonly string[]) =>
    spawn(program, args, { env: { ...process.env, CAISSON_ROOT: root.root }, stdio: 'ignore' });
  const status = async (name: string) =>
    (await root.ok(['inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', name])).trim();
  const pidOf = async (name: string) => Number(await root.ok(['inspect', '-f', '{{.State.Pid}}', name]));
  const until = async (what: () => Promise<boolean>) => {
    for (const deadline = Date.now() + 15_000; !(await what()); await delay(50))
      assert.ok(Date.now() < deadline, 'nothing came of it');
  };
  const isRunning = async (name: string) => {
    const { stdout } = await root.caisson(['inspect', '-f', '{{.State.Status}}', name]);
    return stdout.trim() === 'running';
  };
  const sound = async () => assert.match(await root.ok(['system', 'check']), /nothing is wrong/);

  test('a container goes on when the command that follows it is killed, and is settled at its end', async () => {
    const client = spawned([
      'run',
      '--name',
      'orphan',
      'busybox',
      'sh',
      '-c',
      'while [ ! -e /end ]; do sleep 0.05; done; exit 3',
    ]);
    await until(() => isRunning('orphan'));
    client.kill('SIGKILL');
    assert.equal(await status('orphan'), 'running 0');
    await root.ok(['exec', 'orphan', 'touch', '/end']);
    await until(async () => (await status('orphan')) === 'exited 3');
    await sound();
    await root.ok(['rm', 'orphan']);
  });

  test('a killed command that was about to start a container leaves nothing that check would find', async () => {
    for (const pause of [60, 120, 180, 240]) {
      const client = spawned(['run', '--rm', '--name', `cut${pause}`, 'busybox', 'sleep', '0.2']);
      await delay(pause);
      client.kill('SIGKILL');
    }
    await delay(1000);
    await root.ok(['system', 'check', '--repair']);
    assert.equal(await root.ok(['ps', '-q']), '');
    await sound();
    const left = (await root.ok(['ps', '-aq'])).split('\n').filter(Boolean);
    if (left.length > 0) await root.ok(['rm', ...left]);
  });

  test('a container dies with its supervisor; ps knows, and it can be started again', async () => {
    await root.ok(['run', '-d', '--name', 'headless', 'busybox', 'sleep', '300']);
    const parent = /PPid:\t(\d+)/.exec(readFileSync(`/proc/${await pidOf('headless')}/status`, 'utf8'));
    process.kill(Number(parent?.[1]), 'SIGKILL');
    assert.equal(await status('headless'), 'exited 137');
    await sound();
    await root.ok(['start', 'headless']);
    assert.equal(await status('headless'), 'running 0');
    await root.ok(['rm', '-f', 'headless']);
  });

  test('a recorded process id that is someone else’s now is never signalled', async () => {
    await root.ok(['run', '-d', '--name', 'gone', 'busybox', 'sleep', '300']);
    const parent = /PPid:\t(\d+)/.exec(readFileSync(`/proc/${await pidOf('gone')}/status`, 'utf8'));
    process.kill(Number(parent?.[1]), 'SIGKILL');
    const bystander = spawn('sleep', ['300']);
    using database = new DatabaseSync(join(root.root, 'store.db'));
    database
      .prepare("UPDATE container SET value = json_set(value, '$.state.pid', ?) WHERE name = 'gone'")
      .run(bystander.pid ?? 0);
    for (const args of [
      ['kill', 'gone'],
      ['stop', 'gone'],
      ['exec', 'gone', 'true'],
      ['rm', '-f', 'gone'],
    ])
      await root.caisson(args);
    assert.ok(bystander.signalCode === null && bystander.kill(0), 'the bystander lives');
    bystander.kill('SIGKILL');
  });

  test('of several starts at once one wins, and all are content', async () => {
    await root.ok(['create', '--name', 'wanted', '--network', 'none', 'busybox', 'sleep', '300']);
    await Promise.all([1, 2, 3].map(() => root.ok(['start', 'wanted'])));
    const id = (await root.ok(['inspect', '-f', '{{.Id}}', 'wanted'])).trim();
    assert.equal(processesOf(id), 1);
    await root.ok(['rm', '-f', 'wanted']);
  });

  test('stop, rm -f, wait and settle may meet on one container', async () => {
    await root.ok(['run', '-d', '--name', 'crowded', 'busybox', 'sleep', '300']);
    const [waited] = await Promise.all([
      root.caisson(['wait', 'crowded']),
      root.caisson(['stop', '-t', '0', 'crowded']),
      root.caisson(['rm', '-f', 'crowded']),
      root.caisson(['system', 'settle', 'crowded']),
    ]);
    assert.ok(waited.stdout === '137\n' || /No such container/.test(waited.stderr), waited.stderr);
    assert.equal(await root.ok(['ps', '-aq']), '');
    await sound();
  });

  test('a container removed while it is being started does not go on', async () => {
    const client = spawned(['run', '--name', 'unwanted', 'busybox', 'sleep', '300']);
    await until(async () => (await root.caisson(['rm', '-f', 'unwanted'])).code === 0);
    await new Promise((resolve) => (client.exitCode === null ? client.once('exit', resolve) : resolve(0)));
    assert.equal(await root.ok(['ps', '-aq']), '');
    await sound();
  });

  test('signals sent to the command reach the container', async () => {
    const script = 'trap "exit 9" TERM; touch /ready; while :; do sleep 0.05; done';
    const client = spawned([
      'run',
      '--name',
      'signalled',
      '--network',
      'none',
      'busybox',
      'sh',
      '-c',
      script,
    ]);
    await until(async () => (await root.caisson(['exec', 'signalled', 'ls', '/ready'])).code === 0);
    client.kill('SIGTERM');
    const code = await new Promise((resolve) => client.once('exit', resolve));
    assert.equal(code, 9);
    await root.ok(['rm', 'signalled']);
  });
});
