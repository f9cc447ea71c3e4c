// Mounts: folders of the host, volumes, memory.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

describe('mounts', { skip: cannotRunContainers }, () => {
  let root: TestRoot;
  let host: string;
  before(async () => {
    root = await testRoot(['busybox']);
    host = join(root.root, 'host');
    mkdirSync(host);
    await root.ok(['run', '--name', 'maker', '--network', 'none', 'busybox', 'true']);
    await root.ok(['rm', 'maker']);
  });
  after(() => root[Symbol.asyncDispose]());
  const run = (...args: readonly string[]) => root.caisson(['run', '--rm', '--network', 'none', ...args]);

  test('a folder of the host is seen both ways, and made when missing', async () => {
    writeFileSync(join(host, 'in'), 'from host');
    const { stdout } = await run(
      '-v',
      `${host}:/m`,
      '-v',
      `${host}/new/dir:/n`,
      'busybox',
      'sh',
      '-c',
      'cat /m/in; echo back > /m/out; touch /n/x',
    );
    assert.equal(stdout, 'from host');
    assert.equal(readFileSync(join(host, 'out'), 'utf8'), 'back\n');
    assert.ok(statSync(join(host, 'new/dir/x')).isFile());
  });

  test('read-only means it, for binds and volumes', async () => {
    for (const mount of [`${host}:/m:ro`, 'data:/m:ro']) {
      const { code, stderr } = await run('-v', mount, 'busybox', 'touch', '/m/x');
      assert.deepEqual([code, /Read-only/.test(stderr)], [1, true], mount);
    }
    await root.ok(['volume', 'rm', 'data']);
  });

  test('a single file can be mounted, also over a file of /etc', async () => {
    writeFileSync(join(host, 'hosts'), 'mine\n');
    const { stdout } = await run('-v', `${host}/hosts:/etc/hosts`, 'busybox', 'cat', '/etc/hosts');
    assert.equal(stdout, 'mine\n');
  });

  test('a named volume starts with what the image has there, owners and modes too, and is kept', async () => {
    const first = await run(
      '-v',
      'etc:/etc',
      'busybox',
      'sh',
      '-c',
      'wc -l < /etc/passwd; echo more > /etc/more',
    );
    assert.equal(first.stdout, '2\n');
    const again = await run('-v', 'etc:/e', 'busybox', 'cat', '/e/more');
    assert.equal(again.stdout, 'more\n');
    const tmp = await run('-v', 'tmp:/tmp', 'busybox', 'stat', '-c', '%a', '/tmp');
    assert.equal(tmp.stdout, '1777\n');
    const none = await run(
      '--mount',
      'source=bare,target=/etc,volume-nocopy',
      'busybox',
      'ls',
      '/etc/passwd',
    );
    assert.equal(none.code, 1);
    assert.equal(await root.ok(['volume', 'ls', '-q']), 'bare\netc\ntmp\n');
    await root.ok(['volume', 'rm', 'bare', 'etc', 'tmp']);
  });

  test('a volume in use stays; anonymous ones go with --rm, or rm -v', async () => {
    await root.ok(['create', '--name', 'user', '-v', 'used:/u', '-v', '/anonymous', 'busybox']);
    const refused = await root.caisson(['volume', 'rm', 'used']);
    assert.deepEqual([refused.code, /in use by container "user"/.test(refused.stderr)], [1, true]);
    await root.ok(['rm', '-v', 'user']);
    assert.equal(await root.ok(['volume', 'ls', '-q']), 'used\n');
    await run('-v', '/anonymous', 'busybox', 'touch', '/anonymous/x');
    assert.equal(await root.ok(['volume', 'ls', '-q']), 'used\n');
    await root.ok(['volume', 'rm', 'used']);
  });

  test('memory is sized, and gone afterwards', async () => {
    const { stdout } = await run(
      '--tmpfs',
      '/t:size=1m,mode=700',
      'busybox',
      'sh',
      '-c',
      'mount | grep " /t "',
    );
    assert.match(
      stdout,
      /^tmpfs on \/t type tmpfs \(rw,nosuid,nodev,noexec,relatime,size=1024k,mode=700\)$/m,
    );
  });

  test('a link in the image does not lead a mount out of the container', async () => {
    await root.ok([
      'run',
      '--name',
      'linker',
      '--network',
      'none',
      'busybox',
      'ln',
      '-s',
      '/../../../../..',
      '/out',
    ]);
    const { stdout } = await run('-v', `${host}:/out/mnt`, 'busybox', 'ls', '/out/mnt/in');
    assert.equal(stdout, '/out/mnt/in\n');
    await root.ok(['rm', 'linker']);
  });
});
