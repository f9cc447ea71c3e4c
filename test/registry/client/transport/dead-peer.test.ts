// Registries that die without a word while an upload is closed, which may take minutes: in a network of their own.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const support = fileURLToPath(new URL('../../../support/tsx.ts', import.meta.url));
const world = fileURLToPath(new URL('./dead-peer-world.ts', import.meta.url));
const lose = 'ip link set lo up && tc qdisc add dev lo root blackhole && tc qdisc del dev lo root';

/** Why this cannot be tried here. */
function cannotLose(): string | false {
  const tried = spawnSync('unshare', ['--net', 'sh', '-c', lose]);
  return tried.status === 0 ? false : 'networks that lose packets cannot be made here';
}

describe('an answer that may take minutes', { skip: cannotLose() }, () => {
  it('is waited for while the other side is alive, no longer', () => {
    const enter = 'ip link set lo up && exec "$0" --import "$1" "$2"';
    const printed = execFileSync('unshare', ['--net', 'sh', '-c', enter, process.execPath, support, world], {
      encoding: 'utf8',
      timeout: 60_000,
      killSignal: 'SIGKILL',
    });
    const told = printed.trim().split('\n');
    const expected = ['http', 'https', 'h2'].flatMap((kind) => [
      `silent but alive, ${kind}: 200`,
      `dead while it is waited for, ${kind}: cannot be reached: it does not answer`,
      `dead before it was asked, ${kind}: cannot be reached: it does not answer`,
    ]);
    assert.deepEqual(told.sort(), expected.sort());
  });
});
