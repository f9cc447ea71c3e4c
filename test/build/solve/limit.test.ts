// How many pieces of work run at once.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLimit } from '../../../src/build/solve/limit.ts';

describe('a limit', () => {
  it('runs so many at once, in order, and all in the end', async () => {
    const limit = createLimit(2);
    const [started, running, most] = [[] as number[], { now: 0 }, { now: 0 }];
    const work = async (index: number): Promise<number> => {
      started.push(index);
      most.now = Math.max(most.now, ++running.now);
      await sleep(5);
      running.now -= 1;
      return index;
    };
    const results = await Promise.all([0, 1, 2, 3, 4].map((index) => limit(() => work(index))));
    assert.deepEqual(results, [0, 1, 2, 3, 4]);
    assert.deepEqual(started, [0, 1, 2, 3, 4]);
    assert.equal(most.now, 2);
  });

  it('goes on after a failure', async () => {
    const limit = createLimit(1);
    const failing = limit(async () => {
      throw new Error('no');
    });
    const next = limit(async () => 'yes');
    await assert.rejects(failing, { message: 'no' });
    assert.equal(await next, 'yes');
    assert.equal(await limit(async () => 'again'), 'again');
  });
});
