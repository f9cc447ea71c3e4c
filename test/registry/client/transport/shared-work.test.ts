// Work that is done once for all who want it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sharedWork } from '../../../../src/registry/client/transport/shared-work.ts';
import { unstopped } from '../endpoint.ts';

/** Work that is done when it is told so, and stopped by its signal. */
function workToDo() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const work = (signal: AbortSignal) => {
    signals.push(signal);
    signal.addEventListener('abort', () => reject(signal.reason));
    return promise;
  };
  return { work, resolve, reject, signals };
}

describe('shared work', () => {
  it('is done once for one key, and anew when it was done', async () => {
    const share = sharedWork<string>();
    const { work, resolve, signals } = workToDo();
    const both = Promise.all([share('a', unstopped, work), share('a', unstopped, work)]);
    resolve('done');
    assert.deepEqual(await both, ['done', 'done']);
    assert.equal(signals.length, 1);
    assert.equal(await share('a', unstopped, async () => 'again'), 'again');
  });

  it('goes on when one of two who wait is stopped, and is stopped with the last', async () => {
    const share = sharedWork<string>();
    const { work, signals } = workToDo();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [share('a', first.signal, work), share('a', second.signal, work)].map((one) =>
      assert.rejects(one, { name: 'AbortError' }),
    );
    first.abort();
    await waiting[0];
    assert.equal(signals[0]?.aborted, false);
    second.abort();
    await waiting[1];
    assert.equal(signals[0]?.aborted, true);
    assert.equal(await share('a', unstopped, async () => 'anew'), 'anew');
  });

  it('fails for all, and is tried anew', async () => {
    const share = sharedWork<string>();
    const { work, reject } = workToDo();
    const both = [share('a', unstopped, work), share('a', unstopped, work)].map((one) =>
      assert.rejects(one, { message: 'broken' }),
    );
    reject(new Error('broken'));
    await Promise.all(both);
    assert.equal(await share('a', unstopped, async () => 'anew'), 'anew');
  });

  it('is not begun for who is stopped already', async () => {
    const { work, signals } = workToDo();
    await assert.rejects(sharedWork<string>()('a', AbortSignal.abort(), work), { name: 'AbortError' });
    assert.equal(signals.length, 0);
  });
});
