// Names that lead outside when they are checked and to this machine when they are connected to (DNS rebinding), in a network of their own.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const support = fileURLToPath(new URL('../../../support/tsx.ts', import.meta.url));
const world = fileURLToPath(new URL('./rebinding-world.ts', import.meta.url));
const enter = [
  'mount --bind "$1/resolv.conf" /etc/resolv.conf',
  'mount --bind "$1/nsswitch.conf" /etc/nsswitch.conf',
  'ip link set lo up',
  'ip address add 203.0.113.5/32 dev lo',
  'exec "$2" --import "$3" "$4"',
].join(' && ');

/** Why this cannot be tried here. */
function cannotEnter(): string | false {
  const tried = spawnSync('unshare', ['--net', '--mount', 'ip', 'link', 'set', 'lo', 'up']);
  return tried.status === 0 ? false : 'namespaces cannot be made here';
}

describe('names that turn to this machine', { skip: cannotEnter() }, () => {
  it('are not connected to, by any protocol, nor after a redirect; nor waited for by what is stopped', () => {
    const folder = mkdtempSync('/var/tmp/caisson-rebinding-');
    try {
      writeFileSync(`${folder}/resolv.conf`, 'nameserver 127.0.0.1\noptions attempts:1 timeout:5\n');
      writeFileSync(`${folder}/nsswitch.conf`, 'hosts: dns\n');
      const args = ['sh', folder, process.execPath, support, world];
      const printed = execFileSync('unshare', ['--net', '--mount', 'sh', '-c', enter, ...args], {
        encoding: 'utf8',
        timeout: 60_000,
        killSignal: 'SIGKILL',
      });
      const told = printed.trim().split('\n');
      const kinds = ['http', 'http bulk', 'https', 'h2'];
      const expected = kinds.flatMap((kind) => [
        `${kind} outside 10 bytes`,
        `${kind} rebound refused`,
        `${kind} redirected refused`,
      ]);
      const shown = told.map((line) => line.replace(/".*" leads to this machine or its link$/, 'refused'));
      assert.deepEqual(shown, [
        ...expected,
        'inside: nobody',
        'stopped: AbortError: This operation was aborted',
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
