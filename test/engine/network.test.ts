// How containers reach each other and are reached.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { cannotRunContainers, type TestRoot, testRoot } from '../support/index.ts';

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('networks', { skip: cannotRunContainers }, () => {
  let root: TestRoot;
  let port: number;
  before(async () => {
    root = await testRoot(['busybox']);
    port = await freePort();
    const serve = 'echo hello > /tmp/index.html; exec httpd -f -p 80 -h /tmp';
    await root.ok(['run', '-d', '--name', 'web', '-p', `127.0.0.1:${port}:80`, 'busybox', 'sh', '-c', serve]);
  });
  after(() => root[Symbol.asyncDispose]());
  const run = (...args: readonly string[]) => root.caisson(['run', '--rm', ...args]);

  test('a published port answers on the address it was published on', async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    assert.equal(await answer.text(), 'hello\n');
    assert.equal(await root.ok(['port', 'web']), `80/tcp -> 127.0.0.1:${port}\n`);
    assert.match(await root.ok(['ps', '--format', '{{.Ports}}']), new RegExp(`127.0.0.1:${port}->80/tcp`));
  });

  test('a taken port is refused, and nothing is left of the container', async () => {
    const { code, stderr } = await run('-p', `127.0.0.1:${port}:80`, 'busybox', 'true');
    assert.equal(code, 125);
    assert.match(stderr, new RegExp(`${port}`));
    assert.equal((await root.ok(['ps', '-aq'])).trim().split('\n').length, 1);
  });

  test('containers reach each other by address', async () => {
    const address = (await root.ok(['inspect', '-f', '{{.NetworkSettings.IPAddress}}', 'web'])).trim();
    assert.equal((await run('busybox', 'wget', '-qO-', `http://${address}/`)).stdout, 'hello\n');
  });

  test('container:NAME shares network, name and files of /etc', async () => {
    const { stdout } = await run(
      '--network',
      'container:web',
      'busybox',
      'sh',
      '-c',
      'wget -qO- http://127.0.0.1/; hostname',
    );
    const name = (await root.ok(['inspect', '-f', '{{.Config.Hostname}}', 'web'])).trim();
    assert.equal(stdout, `hello\n${name}\n`);
    assert.equal((await run('--network', 'container:web', '-p', '1:1', 'busybox', 'true')).code, 125);
    assert.equal((await run('--network', 'container:nosuch', 'busybox', 'true')).code, 125);
  });

  test('none has a loopback and nothing else', async () => {
    const { stdout } = await run('--network', 'none', 'busybox', 'sh', '-c', 'ls /sys/class/net');
    assert.equal(stdout, 'lo\n');
  });

  test('/etc/hosts and /etc/resolv.conf are as asked for', async () => {
    const { stdout } = await run(
      '-h',
      'box',
      '--add-host',
      'other:10.1.2.3',
      '--dns',
      '9.9.9.9',
      'busybox',
      'sh',
      '-c',
      'cat /etc/hosts; grep nameserver /etc/resolv.conf',
    );
    assert.match(stdout, /^10\.1\.2\.3\tother$/m);
    assert.match(stdout, /^10\.[\d.]+\tbox$/m);
    assert.match(stdout, /^nameserver 9\.9\.9\.9$/m);
  });

  test('a stopped container lets its port go, and takes it again', async () => {
    await root.ok(['stop', '-t', '0', 'web']);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
    await root.ok(['start', 'web']);
    const { stdout } = await root.caisson([
      'exec',
      'web',
      'sh',
      '-c',
      'until wget -qO- http://127.0.0.1/ 2>/dev/null; do sleep 0.05; done',
    ]);
    assert.equal(stdout, 'hello\n');
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello\n');
  });
});
