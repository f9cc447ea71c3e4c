// Which failures of an upstream keep it from being asked again, and which say something of one question only.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { CaissonError } from '../../../../src/core/index.ts';
import { availability } from '../../../../src/registry/server/mirror/availability.ts';
import { parseMirror } from '../../../../src/registry/server/mirror/upstreams.ts';

const upstream = parseMirror('hub=https://hub.example');
const options = { limit: 1000, fallback: true };

/** Whether an upstream that failed with `error` is asked again at once. */
async function isAskedAgain(error: Error): Promise<boolean> {
  const { ask } = availability(() => undefined);
  const failed = await ask(upstream, options, () => Promise.reject(error));
  assert.deepEqual(failed, { kind: 'out', error });
  return (await ask(upstream, options, async () => 'here')).kind === 'answer';
}

describe('an upstream', () => {
  for (const code of ['REGISTRY_UNREACHABLE', 'REGISTRY_ERROR', 'TOO_MANY_REQUESTS'])
    it(`is left alone for a while after ${code}`, async () => {
      assert.equal(await isAskedAgain(new CaissonError(code, 'It failed')), false);
    });
  it('is left alone for a while after it did not answer in time, which is told', async () => {
    const told: unknown[] = [];
    const { ask } = availability((_, error) => told.push(error));
    const failed = await ask(upstream, { ...options, limit: 20 }, async (signal) => {
      while (!signal.aborted) await delay(5);
      throw signal.reason;
    });
    assert.equal(failed.kind, 'out');
    assert.match(String(told), /"https:\/\/hub\.example" did not answer within 0\.02 seconds/);
    assert.equal((await ask(upstream, options, async () => 'here')).kind, 'out');
  });

  for (const code of ['NAME_UNKNOWN', 'UNAUTHORIZED', 'DENIED', 'MANIFEST_INVALID', 'DIGEST_MISMATCH'])
    it(`is asked for other things after ${code}`, async () => {
      assert.equal(await isAskedAgain(new CaissonError(code, 'Not this one')), true);
    });
});
