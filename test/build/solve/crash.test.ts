// What is left when a build's process is killed or its disk is full: a store that the next build can use.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CaissonError } from '../../../src/core/index.ts';
import { cannotRunContainers } from '../../support/index.ts';
import { busybox, openWorkbench } from './workbench.ts';

const child = fileURLToPath(new URL('./build-child.ts', import.meta.url));

function isRunning(command: string): boolean {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => commandOf(pid) === command);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Kills a build once its step runs `command`, and waits for that to end too. */
async function killedWhileRunning(command: string, build: readonly string[]): Promise<void> {
  const building = spawn(process.execPath, build, { stdio: ['ignore', 'ignore', 'inherit'] });
  const closed = once(building, 'close');
  try {
    assert.equal(await becomes(command, true), true);
  } finally {
    building.kill('SIGKILL');
    await closed;
  }
  assert.equal(await becomes(command, false), false);
}

/** Whether `command` runs once that is as expected, or after ten seconds. */
async function becomes(command: string, expected: boolean): Promise<boolean> {
  for (let tries = 0; isRunning(command) !== expected && tries < 500; tries += 1) await sleep(20);
  return isRunning(command);
}

describe('a build that is killed', { skip: cannotRunContainers }, () => {
  it('takes its processes with it, and the next one takes away the rest', async () => {
    await using bench = await openWorkbench();
    const nap = `sleep ${700_000 + process.pid}`;
    bench.write({ Dockerfile: `${busybox}RUN echo running; exec ${nap}\n` });
    await killedWhileRunning(nap, [child, bench.root, bench.context]);
    assert.notDeepEqual(bench.leftovers(), []);

    bench.write({ Dockerfile: `${busybox}RUN echo again\n` });
    const outcome = await bench.build();
    assert.equal(outcome.error, undefined);
    assert.equal(outcome.steps['COPY busybox /bin/busybox'], 'cached');
    assert.equal(outcome.steps['RUN echo again'], 'done');
    assert.deepEqual(
      bench.leftovers().filter((name) => name.startsWith('build-')),
      [],
    );
  });
});

describe('a build on a full disk', { skip: cannotRunContainers }, () => {
  const onSmallDisk = async (
    dockerfile: string,
    files: Readonly<Record<string, string>> = {},
  ): Promise<CaissonError> => {
    const folder = mkdtempSync('/var/tmp/caisson-small-');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder]);
    try {
      await using bench = await openWorkbench({ root: folder });
      bench.write({ Dockerfile: dockerfile, ...files });
      const { error } = await bench.build();
      assert.deepEqual(bench.leftovers(), []);
      assert.ok(error instanceof CaissonError, String(error));
      return error;
    } finally {
      execFileSync('umount', [folder]);
      rmdirSync(folder);
    }
  };

  it('says so when a step fills it', async () => {
    const error = await onSmallDisk(`${busybox}RUN dd if=/dev/zero of=/big bs=1M count=32\n`);
    assert.equal(error.code, 'STEP_FAILED');
    assert.match(error.hint ?? '', /^The disk of ".*" is full\. Free space with `caisson prune`/);
  });

  it('says so when a copy fills it', async () => {
    const error = await onSmallDisk('FROM scratch\nCOPY big /\n', { big: 'x'.repeat(20 << 20) });
    assert.equal(error.code, 'DISK_FULL');
    assert.deepEqual(error.location?.line, 2);
  });
});
