// `exec`: another process in a running container.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

describe('exec', { skip: cannotRunContainers }, () => {
  let root: TestRoot;
  before(async () => {
    root = await testRoot(['busybox']);
    await root.ok([
      'run',
      '-d',
      '--name',
      'box',
      '-h',
      'box',
      '-e',
      'A=1',
      '--cap-drop',
      'CHOWN',
      'busybox',
      'sleep',
      '300',
    ]);
  });
  after(() => root[Symbol.asyncDispose]());

  const outputs: readonly (readonly [string, readonly string[], string])[] = [
    [
      'has the container’s environment and its own',
      ['-e', 'B=2', 'box', 'sh', '-c', 'echo $A $B $HOSTNAME'],
      '1 2 box\n',
    ],
    [
      'takes user and working directory',
      ['-u', 'nobody', '-w', '/tmp', 'box', 'sh', '-c', 'id -u; pwd'],
      '65534\n/tmp\n',
    ],
    ['is in the container’s namespaces', ['box', 'cat', '/proc/1/comm'], 'sleep\n'],
    [
      'has the container’s capabilities and filter',
      ['box', 'sh', '-c', 'grep -c "CapEff.*fa$" /proc/self/status; grep Seccomp: /proc/self/status'],
      '1\nSeccomp:\t2\n',
    ],
    [
      'has all capabilities when privileged',
      ['--privileged', 'box', 'grep', '-c', 'CapEff.*01ff', '/proc/self/status'],
      '1\n',
    ],
    ['can have a terminal', ['-t', 'box', 'sh', '-c', 'test -t 0 && tty'], '/dev/pts/0\r\n'],
  ];
  for (const [title, args, expected] of outputs)
    test(title, async () => assert.equal(await root.ok(['exec', ...args]), expected));

  const codes: readonly (readonly [readonly string[], number])[] = [
    [['box', 'sh', '-c', 'exit 5'], 5],
    [['box', 'sh', '-c', 'kill -9 $$'], 137],
    [['box', 'nosuch'], 127],
    [['box', '/etc/passwd'], 126],
    [['nosuch', 'true'], 1],
    [['--nosuch', 'box', 'true'], 125],
  ];
  for (const [args, code] of codes)
    test(`exec ${args.join(' ')} exits with ${code}`, async () =>
      assert.equal((await root.caisson(['exec', ...args])).code, code));

  test('passes standard input on', async () => {
    assert.equal(await root.ok(['exec', '-i', 'box', 'cat'], { input: 'in\n' }), 'in\n');
  });

  test('says in the background, too, that it cannot start', async () => {
    assert.equal((await root.caisson(['exec', '-d', 'box', 'nosuch'])).code, 127);
  });

  test('goes on in the background', async () => {
    const script = 'while [ ! -e /go ]; do sleep 0.05; done; touch /made';
    assert.equal(await root.ok(['exec', '-d', 'box', 'sh', '-c', script]), '');
    assert.equal((await root.caisson(['exec', 'box', 'ls', '/made'])).code, 1);
    await root.ok(['exec', 'box', 'sh', '-c', 'touch /go; while [ ! -e /made ]; do sleep 0.05; done']);
  });
});
