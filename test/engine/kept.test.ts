// Steps that failed and were kept: entered with all that they had, listed, removed; nothing of them is left behind.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { cannotRunContainers, program, type TestRoot, testRoot } from '../support/index.ts';

const secret = 'a-value-that-is-on-no-disk';

describe('kept steps', { skip: cannotRunContainers }, () => {
  let place: TestRoot;
  const context = mkdtempSync('/var/tmp/caisson-kept-');
  const file = (name: string) => join(context, name);
  before(async () => {
    place = await testRoot(['busybox']);
    writeFileSync(file('token'), secret);
  });
  after(async () => {
    rmSync(context, { recursive: true, force: true });
    await place[Symbol.asyncDispose]();
  });

  const build = (dockerfile: string, ...flags: readonly string[]) => {
    writeFileSync(file('Dockerfile'), dockerfile);
    return place.caisson(['build', ...flags, context]);
  };
  /** Builds what fails, and gives the id that the hint names. */
  const kept = async (dockerfile: string, ...flags: readonly string[]): Promise<string> => {
    const { code, stderr } = await build(dockerfile, '--on-error=keep', ...flags);
    assert.equal(code, 1, stderr);
    const [, id = ''] = /enter it with: caisson build debug ([0-9a-f]{12})\n/.exec(stderr) ?? [];
    assert.notEqual(id, '', stderr);
    return id;
  };
  const enter = (id: string, ...command: readonly string[]) =>
    place.caisson(['build', 'debug', id, ...command]);
  const inside = async (id: string, script: string): Promise<string> => {
    const { code, stdout, stderr } = await enter(id, 'sh', '-c', script);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  const states = async (): Promise<readonly string[]> =>
    (await place.ok(['build', 'debug', 'ls', '-q'])).split('\n').filter(Boolean);

  it('are not kept unless asked for, and the hint says how', async () => {
    const { code, stderr } = await build('FROM busybox\nRUN exit 3\n');
    assert.equal(code, 1);
    assert.match(stderr, /^hint: Build with --on-error=shell /m);
    assert.deepEqual(await states(), []);
  });

  it('have the files, environment, user and folder of the step', async () => {
    const id = await kept(`FROM busybox
ENV COLOR=green
ARG SHAPE=round
RUN echo joe:x:1000:1000::/home/joe:/bin/sh >> /etc/passwd; mkdir /w /w/old; chown 1000 /w
WORKDIR /w
USER joe
RUN <<EOF
echo half > file
rmdir old
mkdir dir && false
EOF
`);
    assert.equal(
      await inside(id, 'id -u; pwd; echo $COLOR $SHAPE $HOME; cat file; ls'),
      '1000\n/w\ngreen round /home/joe\nhalf\ndir\nfile\n',
    );
    assert.equal(
      await inside(id, 'stat -c %u file; cat /dev/pipes/* 2>/dev/null; hostname'),
      '1000\nbuildkitsandbox\n',
    );
    assert.equal((await enter(id, 'sh', '-c', 'exit 7')).code, 7);
    const other = await place.ok([
      'build',
      'debug',
      '-u',
      '0',
      '-w',
      '/tmp',
      '-e',
      'COLOR=red',
      id,
      'sh',
      '-c',
      'id -u; pwd; echo $COLOR',
    ]);
    assert.equal(other, '0\n/tmp\nred\n');
  });

  it('are the same however often they are entered', async () => {
    const id = await kept('FROM busybox\nRUN echo one > /file; exit 1\n');
    assert.equal(await inside(id, 'cat /file; echo two > /file; touch /new; cat /file'), 'one\ntwo\n');
    assert.equal(await inside(id, 'cat /file; ls /new 2>/dev/null || echo none'), 'one\nnone\n');
    const both = await Promise.all([
      inside(id, 'echo a > /x; sleep 0.3; cat /x'),
      inside(id, 'echo b > /x; sleep 0.3; cat /x'),
    ]);
    assert.deepEqual(both, ['a\n', 'b\n']);
  });

  it('have the mounts of the step, and what it wrote to them', async () => {
    mkdirSync(file('shown'), { recursive: true });
    writeFileSync(file('shown/f'), 'from the context\n');
    const id = await kept(`FROM busybox AS other
RUN mkdir /o && echo other > /o/f
FROM busybox
RUN --mount=type=bind,source=shown,target=/ro --mount=type=bind,from=other,source=/o,target=/rw,rw \\
  --mount=type=cache,id=kept,target=/c --mount=type=tmpfs,target=/t,size=1m \\
  echo changed > /rw/f; touch /rw/new; echo cached > /c/f; touch /t/f; false
`);
    rmSync(file('shown'), { recursive: true });
    const script =
      'cat /ro/f /rw/f /c/f; ls /rw /t; touch /ro/x 2>/dev/null || echo read-only; df -k /t | tail -1 | tr -s " " | cut -d" " -f2';
    assert.equal(
      await inside(id, script),
      'from the context\nchanged\ncached\n/rw:\nf\nnew\n\n/t:\nread-only\n1024\n',
    );
  });

  it('have no secrets: these are given again, or are empty', async () => {
    const id = await kept(
      `FROM busybox
RUN --mount=type=secret,id=token,required --mount=type=secret,id=token,env=TOKEN \\
  test "$(cat /run/secrets/token)" = "$TOKEN" && test -n "$TOKEN" && exit 9
`,
      '--secret',
      `id=token,src=${file('token')}`,
    );
    const script = 'wc -c < /run/secrets/token; echo [$TOKEN]';
    const without = await enter(id, 'sh', '-c', script);
    assert.equal(without.stdout, '0\n[]\n');
    assert.match(
      without.stderr,
      /^The secret "token" is not kept and is empty here: give it with --secret id=token,src=FILE$/m,
    );
    assert.equal(without.stderr.match(/not kept/g)?.length, 1);
    const flags = ['--secret', `id=token,src=${file('token')}`];
    const given = await place.caisson(['build', 'debug', ...flags, id, 'sh', '-c', script]);
    assert.deepEqual([given.stdout, given.stderr], [`${secret.length}\n[${secret}]\n`, '']);
    assert.deepEqual(filesWith(place.root, secret), []);
  });

  it('have no mount of an optional secret that the build was not given', async () => {
    const id = await kept('FROM busybox\nRUN --mount=type=secret,id=maybe false\n');
    const { stdout, stderr } = await enter(id, 'sh', '-c', 'test -e /run/secrets/maybe || echo none');
    assert.deepEqual([stdout, stderr], ['none\n', '']);
  });

  it('keep proxies, but no password in one', async () => {
    const proxies = [
      '--build-arg',
      'http_proxy=http://proxy:1',
      '--build-arg',
      `https_proxy=http://me:${secret}@proxy:1`,
      '--build-arg',
      `ftp_proxy=me:a/${secret}@proxy:1`,
    ];
    const id = await kept('FROM busybox\nRUN test -n "$https_proxy" && false\n', ...proxies);
    const { stdout, stderr } = await enter(id, 'sh', '-c', 'echo $http_proxy [$https_proxy]');
    assert.equal(stdout, 'http://proxy:1 []\n');
    assert.match(stderr, /"https_proxy" was not kept/);
    assert.deepEqual(filesWith(place.root, secret), []);
  });

  it('have network, security and limits of the step', async () => {
    const id = await kept(
      `FROM busybox
RUN --network=none --security=insecure false
`,
      '--allow',
      'security.insecure',
      '--resource',
      'memory=64m',
      '--ulimit',
      'nofile=77:88',
      '--shm-size',
      '3m',
      '--add-host',
      'there:192.0.2.7',
    );
    const script = `ls /sys/class/net; ulimit -n; grep CapEff /proc/self/status; df -k /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2
grep there /etc/hosts; cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null | head -1`;
    const [network, files, capabilities, shared, host, memory] = (await inside(id, script)).split('\n');
    assert.deepEqual([network, files, shared, memory], ['lo', '77', '3072', String(64 << 20)]);
    assert.match(host ?? '', /^192\.0\.2\.7\s+there/);
    assert.match(capabilities ?? '', /[1-9a-f][0-9a-f]{8,}$/);
    const sandboxed = await kept('FROM busybox\nRUN false\n');
    assert.doesNotMatch(await inside(sandboxed, 'grep CapEff /proc/self/status'), /:\t000001ff/);
  });

  it('open the shell of their stage, which reads standard input', async () => {
    const plain = await kept('FROM busybox\nRUN ["sh", "-c", "touch /exec-form; exit 1"]\n');
    const said = await place.caisson(['build', 'debug', plain], {
      input: 'ls /exec-form; echo $0; exit 4\n',
    });
    assert.deepEqual([said.code, said.stdout], [4, '/exec-form\n/bin/sh\n']);
    const own = await kept('FROM busybox\nSHELL ["/bin/busybox", "sh", "-ec"]\nRUN false\n');
    const shell = await place.caisson(['build', 'debug', own], { input: 'false; echo $0 goes on\n' });
    assert.match(shell.stdout, /^sh goes on\n$/, shell.stderr);
  });

  it('that could not even start are kept too; what is missing there is told', async () => {
    const id = await kept('FROM scratch\nCOPY token /token\nRUN ["/nothing"]\n');
    const { code, stderr } = await enter(id);
    assert.equal(code, 127);
    assert.match(stderr, /"\/bin\/sh"/);
  });

  it('are named by the history of builds for as long as they are there', async () => {
    const id = await kept('FROM busybox\nRUN echo seen; exit 6\n');
    assert.match(await place.ok(['builds', 'show']), new RegExp(`^Kept step: +${id}$`, 'm'));
    const list = await place.ok(['builds', 'ls']);
    assert.match(list, / +KEPT STEP\n/);
    assert.match(list, new RegExp(` failed .* ${id}\n`));
    assert.match(
      await place.ok(['builds', 'debug', 'ls']),
      new RegExp(`^${id} .*RUN echo seen.*exit code: 6$`, 'm'),
    );
    assert.equal(await place.ok(['build', 'debug', 'rm', id.slice(0, 9)]), `${id}\n`);
    assert.doesNotMatch(await place.ok(['builds', 'show']), /Kept step/);
    const gone = await enter(id, 'true');
    assert.equal(gone.code, 1);
    assert.match(gone.stderr, /No failed step is kept as/);
  });

  it('leave the next build all that was cached below them', async () => {
    const dockerfile = (end: string) => `FROM busybox\nRUN date +%N > /stamp\nRUN ${end}\n`;
    await kept(dockerfile('touch /half; false'));
    const { code, stderr } = await build(dockerfile('test ! -e /half'));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /RUN date \+%N > \/stamp\n#\d+ CACHED/);
  });

  it('do not stand in the way of a folder named debug', async () => {
    const folder = file('debug');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox\nRUN echo built\n');
    const { code, stderr } = await place.caisson(['build', './debug'], { cwd: context });
    assert.deepEqual([code, /built/.test(stderr)], [0, true]);
  });

  it('are shown by du, removed by prune, and leave nothing', async () => {
    const id = await kept('FROM busybox\nRUN head -c 3000000 /dev/zero > /big; exit 1\n');
    const line = async () => /^Kept Steps +(\d+) +\d+ +(\S+)/m.exec(await place.ok(['du']))?.slice(1);
    const [count, size] = (await line()) ?? [];
    assert.ok(Number(count) >= 1);
    assert.match(size ?? '', /^[3-9]\S*MB$/);
    assert.equal((await place.caisson(['system', 'check'])).code, 0);
    const out = await place.ok(['prune', '--force', '--only', 'kept']);
    assert.match(out, new RegExp(`deleted: ${id}\n`));
    assert.match(out, /reclaimed space: [3-9]\S*MB/);
    assert.deepEqual(await line(), ['0', '0B']);
    assert.deepEqual(await states(), []);
  });

  it('are left at once when a signal comes', async () => {
    const id = await kept('FROM busybox\nRUN exit 1\n');
    const child = spawn(program, ['build', 'debug', id, 'sh', '-c', 'echo in; sleep 4243'], {
      env: { ...process.env, CAISSON_ROOT: place.root },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGINT');
    assert.equal(await ended, 130);
    assert.ok(!isRunning('sleep\u00004243\u0000'));
  });

  it('that someone is in when everything is killed are found whole, and nothing runs on', async () => {
    const id = await kept('FROM busybox\nRUN echo whole > /f; exit 1\n');
    const child = spawn(program, ['build', 'debug', id, 'sh', '-c', 'echo in; sleep 4242'], {
      env: { ...process.env, CAISSON_ROOT: place.root },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
    for (const deadline = Date.now() + 5000; isRunning('sleep\u00004242\u0000'); await delay(20))
      assert.ok(Date.now() < deadline, 'the process in the kept state goes on');
    assert.equal(await inside(id, 'cat /f'), 'whole\n');
    await place.ok(['build', 'debug', 'rm', '--all']);
    assert.equal((await place.caisson(['system', 'check'])).code, 0);
  });
});

function filesWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

function isRunning(command: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').endsWith(command);
    } catch {
      return false;
    }
  });
}
