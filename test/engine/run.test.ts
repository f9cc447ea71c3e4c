// `run`: what the container sees, and what comes back.

import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, describe, test } from 'node:test';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

describe('run', { skip: cannotRunContainers }, () => {
  let root: TestRoot;
  before(async () => {
    root = await testRoot(['busybox']);
  });
  after(() => root[Symbol.asyncDispose]());
  const run = (...args: readonly string[]) => root.caisson(['run', '--rm', '--network', 'none', ...args]);

  const outputs: readonly (readonly [string, readonly string[], string])[] = [
    ['runs the command', ['busybox', 'echo', 'hi'], 'hi\n'],
    ['sets the working directory, making it', ['-w', '/a/b', 'busybox', 'pwd'], '/a/b\n'],
    [
      'takes users by name and their home',
      ['-u', 'nobody', 'busybox', 'sh', '-c', 'id -u; echo $HOME'],
      '65534\n/home\n',
    ],
    ['takes users by number', ['-u', '5:6', 'busybox', 'id'], 'uid=5 gid=6 groups=6\n'],
    ['replaces the entry point', ['--entrypoint', 'id', 'busybox', '-u'], '0\n'],
    [
      'sets the environment, the host name first',
      ['-h', 'box', '-e', 'A=b', '-e', 'HOME=/x', 'busybox', 'env'],
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\nHOSTNAME=box\nA=b\nHOME=/x\n',
    ],
    ['names itself', ['-h', 'box', 'busybox', 'sh', '-c', 'hostname; cat /etc/hostname'], 'box\nbox\n'],
    ['has an init on request', ['--init', 'busybox', 'sh', '-c', 'echo $$'], '2\n'],
    [
      'keeps the root read-only',
      [
        '--read-only',
        '--tmpfs',
        '/t',
        'busybox',
        'sh',
        '-c',
        'touch /t/a && ! touch /a 2>/dev/null && echo ok',
      ],
      'ok\n',
    ],
    [
      'limits files',
      ['--ulimit', 'nofile=100:200', 'busybox', 'sh', '-c', 'ulimit -n; ulimit -Hn'],
      '100\n200\n',
    ],
    [
      'sizes /dev/shm',
      ['--shm-size', '1m', 'busybox', 'sh', '-c', 'df -k /dev/shm | tail -1 | awk "{print \\$2}"'],
      '1024\n',
    ],
    [
      'drops and adds capabilities',
      ['--cap-drop', 'ALL', '--cap-add', 'CHOWN', 'busybox', 'grep', 'CapEff', '/proc/self/status'],
      'CapEff:\t0000000000000001\n',
    ],
    ['filters system calls', ['busybox', 'grep', 'Seccomp:', '/proc/self/status'], 'Seccomp:\t2\n'],
    [
      'leaves them unfiltered on request',
      ['--security-opt', 'seccomp=unconfined', 'busybox', 'grep', 'Seccomp:', '/proc/self/status'],
      'Seccomp:\t0\n',
    ],
    [
      'forbids new privileges on request',
      ['--security-opt', 'no-new-privileges', 'busybox', 'grep', 'NoNewPrivs', '/proc/self/status'],
      'NoNewPrivs:\t1\n',
    ],
    ['hides the host’s processes', ['busybox', 'sh', '-c', 'ls -d /proc/[0-9]* | wc -l'], '3\n'],
  ];
  for (const [title, args, expected] of outputs)
    test(title, async () => {
      const { code, stdout, stderr } = await run(...args);
      assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: expected, stderr: '' });
    });

  const failures: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['the command’s own code', ['busybox', 'sh', '-c', 'exit 7'], 7, /^$/],
    ['128 + n for a signal', ['--init', 'busybox', 'sh', '-c', 'kill -9 $$'], 137, /^$/],
    [
      '127 for a command that is not there',
      ['busybox', 'nosuch'],
      127,
      /"nosuch": executable file not found/,
    ],
    ['126 for one that cannot be executed', ['busybox', '/etc/passwd'], 126, /permission denied/],
    ['125 for an unknown image', ['--pull', 'never', 'nosuch:x'], 125, /No such image: "nosuch:x"/],
    ['125 for an unknown user', ['-u', 'nosuch', 'busybox'], 125, /unable to find user nosuch/],
    [
      '125 for a wrong flag',
      ['--nosuch', 'busybox'],
      125,
      /unknown option '--nosuch'[\s\S]*caisson run --help/,
    ],
    ['125 for a wrong mount', ['-v', 'x', 'busybox'], 125, /-v does not understand "x"/],
    [
      '125 for a missing bind source',
      ['--mount', 'type=bind,source=/nosuch/x,target=/y', 'busybox'],
      125,
      /"\/nosuch\/x"/,
    ],
    ['125 for a relative working directory', ['-w', 'x', 'busybox'], 125, /"x" is not absolute/],
    ['125 for an unknown signal', ['--stop-signal', 'FOO', 'busybox'], 125, /no signal "FOO"/],
    ['125 for too little memory', ['-m', '1m', 'busybox'], 125, /least of 6 MB/],
    ['125 for an unknown network', ['--network', 'nosuch', 'busybox'], 125, /no network "nosuch"/],
    ['125 for a name that is none', ['--name', 'a b', 'busybox'], 125, /"a b" cannot name a container/],
    ['1 for a terminal that is none', ['-it', 'busybox'], 1, /not a terminal/],
  ];
  for (const [title, args, code, message] of failures)
    test(`gives ${title}, and leaves no container`, async () => {
      const outcome = await run(...args);
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, message);
    });

  test('a failed or ended --rm container is gone', async () => {
    assert.equal(await root.ok(['ps', '-aq']), '');
  });

  test('standard input goes in with -i, and its end', async () => {
    const { stdout } = await root.caisson(['run', '--rm', '-i', '--network', 'none', 'busybox', 'cat'], {
      input: 'in\n',
    });
    assert.equal(stdout, 'in\n');
    const without = await root.caisson(['run', '--rm', '--network', 'none', 'busybox', 'cat'], {
      input: 'in\n',
    });
    assert.equal(without.stdout, '');
  });

  test('standard error is its own stream', async () => {
    const { stdout, stderr } = await run('busybox', 'sh', '-c', 'echo out; echo err >&2');
    assert.deepEqual({ stdout, stderr }, { stdout: 'out\n', stderr: 'err\n' });
  });

  test('a million bytes arrive whole', async () => {
    const { stdout } = await run('busybox', 'sh', '-c', 'yes 0123456789abcde | head -c 1048576');
    assert.equal(stdout.length, 1_048_576);
  });

  test('memory, CPU and process limits hold', async () => {
    const script =
      'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max 2>/dev/null';
    const { stdout } = await run('-m', '64m', '--pids-limit', '10', 'busybox', 'sh', '-c', script);
    assert.equal(stdout, '67108864\n10\n');
    const killed = await run(
      '-m',
      '16m',
      '--memory-swap',
      '16m',
      'busybox',
      'sh',
      '-c',
      'head -c 64m /dev/zero | tail',
    );
    assert.notEqual(killed.code, 0);
  });

  test('with the host’s network it has the host’s name', async () => {
    const { stdout } = await root.caisson(['run', '--rm', '--network', 'host', 'busybox', 'hostname']);
    assert.equal(stdout.trim(), hostname());
  });

  test('a terminal is one', async () => {
    const { stdout } = await run('-t', 'busybox', 'sh', '-c', 'test -t 1 && echo $TERM');
    assert.equal(stdout, 'xterm\r\n');
  });
});
