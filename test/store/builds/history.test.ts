// Records and logs of builds.

import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { openBuilds } from '../../../src/store/builds/index.ts';
import { type BuildHistory, newSession } from '../../../src/store/index.ts';
import { temporaryFolder } from '../sample.ts';

function history(t: TestContext): BuildHistory & { readonly folder: string } {
  const folder = join(temporaryFolder(t), 'builds');
  return { ...openBuilds(folder, newSession()), folder };
}

async function linesOf(builds: BuildHistory, id: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of builds.lines(id)) lines.push(line);
  return lines;
}

describe('the build history', () => {
  it('keeps how a build ended, and every line it wrote', async (t) => {
    const builds = history(t);
    const log = builds.begin({ name: 'app', context: '/src', target: 'test' });
    assert.equal(builds.get(log.id).status, 'running');
    const lines = Array.from({ length: 30_000 }, (_, index) => `line ${index}`);
    for (const line of lines) log.write(`${line}\n`);
    log.end({ status: 'completed', steps: { total: 3, ran: 1, cached: 2 }, digest: 'sha256:1' });
    const { started, ended, ...record } = builds.get(log.id);
    assert.ok(ended !== undefined && ended >= started);
    assert.deepEqual(record, {
      id: log.id,
      name: 'app',
      context: '/src',
      target: 'test',
      status: 'completed',
      steps: { total: 3, ran: 1, cached: 2 },
      digest: 'sha256:1',
    });
    assert.deepEqual(await linesOf(builds, log.id), lines);
  });

  it('shows a running build as far as it came', async (t) => {
    const builds = history(t);
    const log = builds.begin({ name: 'app', context: '/' });
    log.write('first\n');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.deepEqual(await linesOf(builds, log.id), ['first']);
    log.end({ status: 'failed', error: 'no' });
  });

  it('calls a build lost whose process is gone', (t) => {
    const builds = history(t);
    const { id } = builds.begin({ name: 'app', context: '/' });
    const dead = newSession().replace(/^\d+-\d+/, '1-1');
    const file = join(builds.folder, id, 'build.json');
    writeFileSync(
      file,
      JSON.stringify({ id, name: 'app', context: '/', started: 1, status: 'running', session: dead }),
    );
    assert.equal(builds.get(id).status, 'lost');
    assert.equal(builds.remove(id).id, id);
  });

  it('lists the newest first, finds by prefix, says what is ambiguous and what is not there', (t) => {
    const builds = history(t);
    for (let count = 0; count < 20; count++)
      builds.begin({ name: `${count}`, context: '/' }).end({ status: 'completed' });
    const all = builds.list();
    assert.equal(all.length, 20);
    assert.ok(all.every((build, index) => index === 0 || (all[index - 1]?.started ?? 0) >= build.started));
    const [first] = all;
    assert.equal(builds.get(first?.id.slice(0, 11) ?? '').id, first?.id);
    const shared = all.map(({ id }) => id[0] ?? '').find((one, index, ones) => ones.indexOf(one) !== index);
    assert.throws(() => builds.get(shared ?? ''), { code: 'BUILD_AMBIGUOUS' });
    for (const absent of ['', 'zz', '../..'])
      assert.throws(() => builds.get(absent), { code: 'BUILD_NOT_FOUND' });
  });

  it('forgets ended builds, not running ones', (t) => {
    const builds = history(t);
    const log = builds.begin({ name: 'app', context: '/' });
    assert.throws(() => builds.remove(log.id), { code: 'BUILD_RUNNING' });
    log.end({ status: 'cancelled' });
    builds.remove(log.id);
    assert.deepEqual(builds.list(), []);
    assert.deepEqual(readdirSync(builds.folder), []);
  });

  it('keeps a hundred, and never drops a running one', (t) => {
    const builds = history(t);
    const running = builds.begin({ name: 'running', context: '/' });
    for (let count = 0; count < 110; count++)
      builds.begin({ name: 'app', context: '/' }).end({ status: 'completed' });
    assert.equal(builds.list().length, 101);
    assert.equal(builds.get(running.id).status, 'running');
  });

  it('lets nobody else read the logs', (t) => {
    const builds = history(t);
    const log = builds.begin({ name: 'app', context: '/' });
    log.end({ status: 'completed' });
    const modes = ['', 'build.json', 'log.jsonl'].map(
      (name) => statSync(join(builds.folder, log.id, name)).mode & 0o777,
    );
    assert.deepEqual(modes, [0o700, 0o600, 0o600]);
  });
});
