// Secrets and forwarded agents in real builds: seen by the step alone, found nowhere afterwards.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CaissonError } from '../../../src/core/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, type Outcome, openWorkbench, type Workbench } from '../solve/workbench.ts';

const value = 'correct-horse-battery-staple-7261';

describe('secrets', { skip: cannotRunContainers }, () => {
  let bench: Workbench;
  let file: string;
  let folder: string;
  before(async () => {
    bench = await openWorkbench();
    folder = mkdtempSync('/dev/shm/caisson-secret-');
    file = join(folder, 'token');
    writeFileSync(file, `${value}\n`, { mode: 0o600 });
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await bench[Symbol.asyncDispose]();
  });

  const build = async (
    dockerfile: string,
    request: Parameters<Workbench['build']>[0] = {},
  ): Promise<Outcome> => {
    bench.write({ Dockerfile: dockerfile });
    const outcome = await bench.build({ secrets: [{ id: 'token', file }], ...request });
    assert.deepEqual(bench.leftovers(), []);
    return outcome;
  };

  it('are files of root that only root reads, or as asked for, read-only and in memory', async () => {
    const { log, error } =
      await build(`${busybox}RUN --mount=type=secret,id=token --mount=type=secret,id=token,target=/k,mode=0444,uid=7,gid=8 \\
  stat -c '%a %u %g' /run/secrets/token /k; cmp /run/secrets/token /k && wc -c < /k; grep -c ' /k tmpfs ro,nosuid,nodev,noexec' /proc/mounts; echo x 2>&1 > /k; true\n`);
    assert.equal(error, undefined);
    assert.equal(log, "400 0 0\n444 7 8\n34\n1\n/bin/sh: can't create /k: Read-only file system\n");
  });

  it('are variables with env=, and both with a target', async () => {
    const { log } =
      await build(`${busybox}RUN --mount=type=secret,id=token,env=TOKEN --mount=type=secret,id=token,env=OTHER,target=/k \\
  [ "$TOKEN" = "$OTHER" ] && echo same $(echo -n "$TOKEN" | wc -c); ls /run 2>&1; wc -c < /k\n`);
    assert.equal(log, 'same 34\nls: /run: No such file or directory\n34\n');
  });

  it('shows stars for their variables in the name of the step', async () => {
    const { steps } = await build(`${busybox}RUN --mount=type=secret,id=token,env=TOKEN true $TOKEN\n`);
    assert.ok(
      Object.keys(steps).includes('RUN --mount=type=secret,id=token,env=TOKEN true ****'),
      JSON.stringify(steps),
    );
  });

  it('come from variables of the host, too, and are found by id alone', async () => {
    process.env['CAISSON_TEST_SECRET'] = value;
    const secrets = [{ id: 'e', env: 'CAISSON_TEST_SECRET' }, { id: 'CAISSON_TEST_SECRET' }];
    const { log } = await build(
      `${busybox}RUN --mount=type=secret,id=e --mount=type=secret,id=CAISSON_TEST_SECRET wc -c /run/secrets/*\n`,
      { secrets },
    );
    delete process.env['CAISSON_TEST_SECRET'];
    assert.match(log, /33 .*CAISSON_TEST_SECRET\n +33 .*\/e\n/);
  });

  it('are left out where they are not given, and refused where they are required', async () => {
    const { log } = await build(
      `${busybox}RUN --mount=type=secret,id=none --mount=type=secret,id=none,env=N ls /run 2>&1; echo "<$N>"\n`,
    );
    assert.equal(log, 'ls: /run: No such file or directory\n<>\n');
    const { error } = await build(`${busybox}RUN --mount=type=secret,id=foo,required true\n`);
    assert.ok(error instanceof CaissonError);
    assert.equal(error.message, 'secret foo: not found');
    assert.equal(error.location?.line, 4);
  });

  it('do not count for the cache by what is in them', async () => {
    const dockerfile = `${busybox}RUN --mount=type=secret,id=token echo uses it\n`;
    await build(dockerfile);
    writeFileSync(file, `${value}-changed\n`);
    const { steps } = await build(dockerfile);
    writeFileSync(file, `${value}\n`);
    assert.equal(steps['RUN --mount=type=secret,id=token echo uses it'], 'cached');
  });

  it('are found nowhere after builds that used them, and failed with them', async () => {
    const used = await build(
      `${busybox}RUN --mount=type=secret,id=token,target=/k --mount=type=secret,id=token,env=T cat /k > /dev/null; [ -n "$T" ]\n`,
    );
    const failed = await build(`${busybox}RUN --mount=type=secret,id=token,env=T test -z "$T"\n`);
    assert.equal(used.error, undefined);
    assert.ok(failed.error instanceof CaissonError);
    const told = JSON.stringify([used.events, failed.events, failed.error.message, failed.error.excerpt]);
    assert.ok(!told.includes(value));
    const found = execFileSync('sh', [
      '-c',
      `grep -rlaF -- ${value} "$1" "$2" || true`,
      'sh',
      bench.root,
      bench.store.runDirectory,
    ]);
    assert.equal(found.toString(), '');
  });

  it('are taken out of memory by the next build when a build was killed', async () => {
    const dead = '/dev/shm/caisson-secrets-1-0-0-00000000-abcdef.123456789abc';
    mkdirSync(dead);
    writeFileSync(join(dead, '0'), value);
    await build(`${busybox}RUN --mount=type=secret,id=token true\n`, { noCache: true });
    const left = readdirSync('/dev/shm').filter((name) => name.startsWith('caisson-secrets-'));
    rmSync(dead, { recursive: true, force: true });
    const runIsOnDisk = statfsSync(bench.store.runDirectory).type !== 0x01021994;
    if (runIsOnDisk) assert.deepEqual(left, []);
  });

  it('refuses those that are missing or too large before anything runs', async () => {
    const missing = await build(`${busybox}`, { secrets: [{ id: 'x', file: join(folder, 'none') }] });
    assert.match(String(missing.error), /failed to stat .*none/);
    writeFileSync(join(folder, 'large'), Buffer.alloc(500 * 1024 + 1));
    const large = await build(`${busybox}`, { secrets: [{ id: 'x', file: join(folder, 'large') }] });
    assert.match(String(large.error), /secret x too big. max size 500KB/);
  });
});
