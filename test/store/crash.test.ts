// A store whose process was killed while it wrote.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openStore } from '../../src/store/index.ts';
import { killProgram, runProcess } from './processes.ts';
import { temporaryStore } from './sample.ts';

describe('processes that are killed', () => {
  it('leave a store in which every record holds, and whose leftovers go at the next start', async (t) => {
    const { root } = await temporaryStore(t);
    for (let round = 0; round < 6; round++) {
      await Promise.all([
        killProgram('churn.ts', [root], Math.random() * 250),
        killProgram('churn.ts', [root], Math.random() * 250),
      ]);
      const store = await openStore({ root });
      await store[Symbol.asyncDispose]();
      await using again = await openStore({ root });
      assert.deepEqual(await again.check(), [], `round ${round}`);
    }
    await using store = await openStore({ root });
    await store.collect({ images: 'all', cache: 'all' });
    for (const folder of ['layers', 'drafts', 'ingest', 'trash', 'blobs/sha256'])
      assert.deepEqual(readdirSync(join(root, folder)), [], folder);
    assert.deepEqual(await store.check(), []);
  });
});

describe('processes that write at once', () => {
  it('all get their images in', async (t) => {
    const store = await temporaryStore(t);
    const ended = await Promise.all(
      Array.from({ length: 6 }, () => runProcess('open-store.ts', [store.root])),
    );
    assert.deepEqual(
      ended.map(({ code }) => code),
      Array.from({ length: 6 }, () => 0),
    );
    assert.equal(store.images.list().length, 6);
    assert.deepEqual(await store.check(), []);
  });
});
