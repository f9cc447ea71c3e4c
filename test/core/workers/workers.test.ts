// Worker pools: jobs and answers, failures with their codes, deaths, aborts.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { closeShelter, createShelter, workerPool, workerUrl } from '../../../src/core/index.ts';
import type { TestJob } from './answer.worker.ts';

const url = workerUrl('answer', import.meta.url);
const timeout = 20_000;

test('more jobs than threads are all answered, in any number', { timeout }, async () => {
  const pool = workerPool<TestJob, number>(url, 2);
  const values = Array.from({ length: 20 }, (_, value) => value);
  const answers = await Promise.all(values.map((value) => pool.run({ kind: 'double', value })));
  assert.deepEqual(
    answers,
    values.map((value) => 2 * value),
  );
  assert.equal(await pool.run({ kind: 'double', value: 4 }), 8);
});

test('errors keep their codes, and the thread goes on', { timeout }, async () => {
  const pool = workerPool<TestJob, number>(url, 1);
  await assert.rejects(pool.run({ kind: 'fail' }), {
    name: 'CaissonError',
    code: 'TEST_FAILED',
    hint: 'Try again.',
  });
  await assert.rejects(pool.run({ kind: 'break' }), { code: 'ENOENT', message: 'ENOENT: gone' });
  assert.equal(await pool.run({ kind: 'double', value: 1 }), 2);
});

test('a thread that dies fails its job only', { timeout }, async () => {
  const pool = workerPool<TestJob, number>(url, 1);
  const [died, waiting] = await Promise.allSettled([
    pool.run({ kind: 'exit' }),
    pool.run({ kind: 'double', value: 2 }),
  ]);
  assert.match(String(died.status === 'rejected' && died.reason), /ended with code 3/);
  assert.deepEqual(waiting, { status: 'fulfilled', value: 4 });
});

test('aborting ends a thread that would never end', { timeout }, async () => {
  const pool = workerPool<TestJob, number>(url, 1);
  const controller = new AbortController();
  const spinning = pool.run({ kind: 'spin' }, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await assert.rejects(spinning, /enough/);
  await assert.rejects(
    pool.run({ kind: 'spin' }, { signal: AbortSignal.abort(new Error('before')) }),
    /before/,
  );
  assert.equal(await pool.run({ kind: 'double', value: 3 }), 6);
});

test('aborting waits for a thread in its shelter, and keeps others out of it', { timeout }, async () => {
  const pool = workerPool<TestJob, number>(url, 1);
  const steps = new Int32Array(new SharedArrayBuffer(4));
  const controller = new AbortController();
  const working = pool.run({ kind: 'shelter', steps }, { signal: controller.signal });
  await Atomics.waitAsync(steps, 0, 0).value;
  controller.abort(new Error('enough'));
  await assert.rejects(working, /enough/);
  assert.equal(steps[0], 2);
  const shelter = createShelter();
  await closeShelter(shelter);
  assert.notEqual(Atomics.compareExchange(shelter, 0, 0, 1), 0);
});

test('idle threads do not keep the process', { timeout }, () => {
  const program = `
    import { workerPool } from '${fileURLToPath(new URL('../../../src/core/index.ts', import.meta.url))}';
    const pool = workerPool(new URL('${url.href}'));
    process.stdout.write(String(await pool.run({ kind: 'double', value: 21 })));`;
  assert.equal(execFileSync(process.execPath, ['--input-type=module', '-e', program]).toString(), '42');
});

test('the bundle has a worker at its top, shared code below chunks', () => {
  assert.equal(workerUrl('x', 'file:///a/src/b/c.ts').href, 'file:///a/src/b/x.worker.ts');
  assert.equal(workerUrl('x', 'file:///a/dist/main.js').href, 'file:///a/dist/x.worker.js');
  assert.equal(workerUrl('x', 'file:///a/dist/chunks/c-1.js').href, 'file:///a/dist/x.worker.js');
});
