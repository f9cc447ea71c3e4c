// Ctrl-C in commands that wait for a registry: they end, say so, and leave nothing.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { writeMembers } from '../registry/copy/samples.ts';
import { imageLayout, sampleImage } from '../store/archive/archives.ts';
import { program, type TestRoot, testRoot } from '../support/index.ts';

const commands = [
  'pull NAME',
  'copy NAME oci:FOLDER/out',
  'copy oci:FOLDER/in NAME',
  'tags NAME',
  'search HOST/a',
  'login -u me -p secret HOST',
  'image inspect --remote NAME NAME',
  'rmi --remote NAME NAME',
  'run NAME true',
  'create NAME true',
  'manifest inspect NAME',
  'referrers NAME',
];

describe('a command that waits for a registry', () => {
  const folder = mkdtempSync('/var/tmp/caisson-interrupted-');
  let root: TestRoot;
  before(async () => {
    root = await testRoot();
    writeMembers(`${folder}/in`, imageLayout(await sampleImage()));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await root[Symbol.asyncDispose]();
  });

  for (const [signal, lines] of [
    ['SIGINT', commands],
    ['SIGTERM', commands.slice(0, 1)],
  ] as const)
    for (const line of lines)
      it(`${line} ends by ${signal}`, async () => {
        await using silent = await silentServer();
        const words = line.replaceAll('NAME', `${silent.host}/a`).replace('HOST', silent.host);
        const running = execa(program, words.replace('FOLDER', folder).split(' '), {
          reject: false,
          timeout: 30_000,
          killSignal: 'SIGKILL',
          env: { CAISSON_ROOT: root.root, NO_COLOR: '1' },
        });
        await Promise.race([silent.asked, running]);
        running.kill(signal);
        const { exitCode, stderr } = await running;
        assert.equal(exitCode, 130, stderr);
        assert.match(stderr, /^error: Interrupted$/m);
        assert.doesNotMatch(stderr, /internal error|\n {4}at /);
        assert.deepEqual(readdirSync(folder), ['in']);
      });
});

/** A server that takes connections and never says a word. */
async function silentServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Resolves with the first connection. */
    asked: once(server, 'connection'),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const enter = [
  'ip link add mute type veth peer name end',
  'ip address add 203.0.113.1/24 dev mute',
  'ip link set mute up',
  'ip link set end up',
  'ip neighbour add 203.0.113.5 lladdr 02:00:00:00:00:01 dev mute',
  'mount --bind "$1/resolv.conf" /etc/resolv.conf',
  'mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf',
  'exec "$2" pull never.test/x',
].join(' && ');

/** Why this cannot be tried here. */
function cannotEnter(): string | false {
  const tried = spawnSync('unshare', ['--net', '--mount', 'ip', 'link', 'set', 'lo', 'up']);
  return tried.status === 0 ? false : 'namespaces cannot be made here';
}

describe('a command that waits for a name server', { skip: cannotEnter() }, () => {
  it('ends by SIGINT, though its question is still open', async () => {
    await using root = await testRoot();
    const folder = mkdtempSync('/var/tmp/caisson-mute-');
    writeFileSync(`${folder}/resolv.conf`, 'nameserver 203.0.113.5\noptions attempts:1 timeout:25\n');
    writeFileSync(`${folder}/nsswitch.conf`, 'hosts: dns\n');
    const running = execa('unshare', ['--net', '--mount', 'sh', '-c', enter, 'sh', folder, program], {
      reject: false,
      timeout: 15_000,
      killSignal: 'SIGKILL',
      env: { CAISSON_ROOT: root.root, NO_COLOR: '1' },
    });
    try {
      await asksNameServer(running.pid);
      running.kill('SIGINT');
      const { exitCode, stderr, timedOut } = await running;
      assert.equal(timedOut, false);
      assert.equal(exitCode, 130, stderr);
    } finally {
      running.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  });
});

/** Waits until the process has sent its question, which the kernel shows as a socket to 203.0.113.5:53. */
async function asksNameServer(pid = 0): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end; await delay(20))
    if (/ 057100CB:0035 /.test(readFileSync(`/proc/${pid}/net/udp`, 'utf8'))) return;
  assert.fail('No name server is asked');
}
