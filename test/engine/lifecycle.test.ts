// A container's life: created, started, stopped, started again, removed.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

const program = fileURLToPath(new URL('../../bin/caisson', import.meta.url));

describe('lifecycle', { skip: cannotRunContainers }, () => {
  let root: TestRoot;
  before(async () => {
    root = await testRoot(['busybox']);
  });
  after(() => root[Symbol.asyncDispose]());
  const start = (name: string, script: string, ...flags: readonly string[]) =>
    root.ok(['run', '-d', '--name', name, '--network', 'none', ...flags, 'busybox', 'sh', '-c', script]);
  const state = async (name: string) =>
    (await root.ok(['inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', name])).trim();

  test('a detached container outlives its command, keeps its files over a restart, and goes with rm', async () => {
    const id = (await start('kept', 'echo once >> /file; sleep 100')).trim();
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.equal(await state('kept'), 'running 0');
    assert.match(
      await root.ok(['ps', '--format', '{{.ID}} {{.Names}} {{.Status}}']),
      new RegExp(`${id.slice(0, 12)} kept Up `),
    );
    assert.equal(await root.ok(['stop', '-t', '0', 'kept']), 'kept\n');
    assert.equal(await state('kept'), 'exited 137');
    assert.equal(await root.ok(['start', 'kept']), 'kept\n');
    assert.equal(await root.ok(['start', 'kept']), 'kept\n', 'starting twice is no error');
    assert.equal(await root.ok(['exec', 'kept', 'cat', '/file']), 'once\nonce\n');
    const refused = await root.caisson(['rm', 'kept']);
    assert.deepEqual([refused.code, /is running/.test(refused.stderr)], [1, true]);
    await root.ok(['rm', '-f', 'kept']);
    assert.ok(!existsSync(join(root.root, 'containers', id)));
    assert.equal((await root.caisson(['inspect', 'kept'])).code, 1);
  });

  test('stop sends the stop signal, waits, and gives the command’s own code', async () => {
    await start(
      'polite',
      'trap "echo bye; exit 3" USR1; while :; do sleep 0.05; done',
      '--stop-signal',
      'USR1',
    );
    await delay(300);
    await root.ok(['stop', 'polite']);
    assert.equal(await state('polite'), 'exited 3');
    assert.equal(await root.ok(['logs', 'polite']), 'bye\n');
    assert.equal(await root.ok(['wait', 'polite']), '3\n');
    await root.ok(['rm', 'polite']);
  });

  test('kill sends one signal', async () => {
    await start('victim', 'trap "exit 4" HUP; while :; do sleep 0.05; done');
    await delay(300);
    await root.ok(['kill', '-s', 'HUP', 'victim']);
    assert.equal(await root.ok(['wait', 'victim']), '4\n');
    assert.match((await root.caisson(['kill', 'victim'])).stderr, /is not running/);
    await root.ok(['rm', 'victim']);
  });

  test('start -a attaches, and gives the code', async () => {
    await root.ok([
      'create',
      '--name',
      'attached',
      '--network',
      'none',
      'busybox',
      'sh',
      '-c',
      'echo out; exit 6',
    ]);
    assert.equal(await state('attached'), 'created 0');
    const { code, stdout } = await root.caisson(['start', '-a', 'attached']);
    assert.deepEqual([code, stdout], [6, 'out\n']);
    await root.ok(['rm', 'attached']);
  });

  test('attach follows a running container to its end', async () => {
    await start('followed', 'while [ ! -e /go ]; do echo tick; sleep 0.05; done; echo later; exit 5');
    const client = spawn(program, ['attach', 'followed'], {
      env: { ...process.env, CAISSON_ROOT: root.root },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => client.stdout.once('data', resolve));
    let seen = '';
    client.stdout.on('data', (data) => {
      seen += String(data);
    });
    await root.ok(['exec', 'followed', 'touch', '/go']);
    assert.equal(await new Promise((resolve) => client.once('close', resolve)), 5);
    assert.match(seen, /later\n$/);
    await root.ok(['rm', 'followed']);
  });

  test('a detached --rm container is removed by its supervisor, with nobody looking', async () => {
    const id = (await start('shortlived', 'sleep 0.2', '--rm')).trim();
    const deadline = Date.now() + 10_000;
    while (readdirSync(join(root.root, 'containers')).includes(id) && Date.now() < deadline) await delay(50);
    assert.ok(!readdirSync(join(root.root, 'containers')).includes(id));
  });

  test('a container that cannot start says why, and stays', async () => {
    await root.ok(['create', '--name', 'broken', '--network', 'none', 'busybox', 'nosuch']);
    const { code, stderr } = await root.caisson(['start', 'broken']);
    assert.deepEqual([code, /executable file not found/.test(stderr)], [1, true]);
    assert.equal(await state('broken'), 'created 127');
    await root.ok(['rm', 'broken']);
  });

  test('names are unique, and ids can be shortened', async () => {
    const id = (await root.ok(['create', '--name', 'taken', 'busybox'])).trim();
    const second = await root.caisson(['create', '--name', 'taken', 'busybox']);
    assert.deepEqual([second.code, /already in use/.test(second.stderr)], [1, true]);
    assert.equal((await root.ok(['inspect', '-f', '{{.Name}}', id.slice(0, 10)])).trim(), '/taken');
    await root.ok(['rm', id.slice(0, 10)]);
  });

  test('ps filters by name, status, label and exit code', async () => {
    await root.ok(['run', '--name', 'done', '--label', 'a=b', '--network', 'none', 'busybox', 'true']);
    const names = (...flags: readonly string[]) => root.ok(['ps', '--format', '{{.Names}}', ...flags]);
    assert.equal(await names('-a', '--filter', 'label=a=b'), 'done\n');
    assert.equal(await names('--filter', 'status=exited', '--filter', 'exited=0'), 'done\n');
    assert.equal(await names('-a', '--filter', 'name=nothing'), '');
    assert.equal(await names(), '');
    await root.ok(['rm', 'done']);
  });

  test('logs: streams, tail, times, and following to the end', async () => {
    await start('writer', 'for i in 1 2 3; do echo line $i; sleep 0.2; done; echo err >&2');
    assert.deepEqual(await root.caisson(['logs', '-f', 'writer']), {
      code: 0,
      stdout: 'line 1\nline 2\nline 3\n',
      stderr: 'err\n',
    });
    assert.equal(await root.ok(['logs', '--tail', '2', 'writer']), 'line 3\n');
    assert.match(await root.ok(['logs', '-t', 'writer']), /^\d{4}-\d\d-\d\dT[\d:.]+Z line 1\n/);
    assert.equal(await root.ok(['logs', '--since', '2100-01-01T00:00:00Z', 'writer']), '');
    await root.ok(['rm', 'writer']);
  });
});
