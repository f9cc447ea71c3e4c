// States of failed steps: what they hold, how many stay, and what goes with them.

import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isCaissonError } from '../../../src/core/index.ts';
import { type LayerId, openStore, type Store } from '../../../src/store/index.ts';
import { temporaryStore } from '../sample.ts';

function makeLayer(store: Store, content: string): LayerId {
  const draft = store.layers.draft();
  writeFileSync(join(draft.upper, 'file'), content);
  return store.layers.keep(draft).id;
}

const keep = (store: Store, layers: readonly LayerId[], name = 'RUN false') =>
  store.kept.add({ name, error: 'exit code: 1', layers, state: { any: ['shape'] } });

/** Another process would collect; here the store is opened anew, so that nothing is held any more. */
async function reopened(store: Store, work: (again: Store) => Promise<void>): Promise<void> {
  await store[Symbol.asyncDispose]();
  const again = await openStore({ root: store.root });
  await work(again).finally(() => again[Symbol.asyncDispose]());
}

describe('kept states', () => {
  it('are found by the beginning of their id, newest first', async (t) => {
    const store = await temporaryStore(t);
    const first = await keep(store, [], 'first');
    const second = await keep(store, [], 'second');
    assert.deepEqual(store.kept.get(first.id.slice(0, 6)), first);
    assert.deepEqual(new Set(store.kept.list().map(({ name }) => name)), new Set(['first', 'second']));
    assert.deepEqual(store.kept.get(second.id).state, { any: ['shape'] });
    assert.throws(
      () => store.kept.get('none'),
      (error) => isCaissonError(error, 'KEPT_STATE_NOT_FOUND'),
    );
    assert.throws(
      () => store.kept.get(''),
      (error) => isCaissonError(error, 'KEPT_STATE_NOT_FOUND'),
    );
  });

  it('hold their layers until they are removed', async (t) => {
    const store = await temporaryStore(t);
    const layer = makeLayer(store, 'x'.repeat(8192));
    const { id } = await keep(store, [layer, layer]);
    await reopened(store, async (again) => {
      await again.collect({ cache: 'all', images: 'all' });
      assert.ok(again.layers.get(layer));
      const { kept } = again.usage();
      assert.deepEqual([kept.total, kept.active, kept.size > 8000], [1, 0, true]);
      await again.kept.remove(id);
      assert.equal(again.layers.get(layer), undefined);
      assert.ok(!existsSync(join(again.root, 'layers', layer)));
      assert.deepEqual(again.kept.list(), []);
      assert.deepEqual(await again.check(), []);
    });
  });

  it('share layers with the cache, which then costs them nothing', async (t) => {
    const store = await temporaryStore(t);
    const layer = makeLayer(store, 'shared');
    store.cache.add({ key: `sha256:${'0'.repeat(64)}`, layers: [layer], parts: {}, slot: 's', created: 1 });
    const { id } = await keep(store, [layer]);
    assert.equal(store.usage().kept.size, 0);
    await store.kept.remove(id);
    assert.ok(store.layers.get(layer));
  });

  it('are the newest ten', async (t) => {
    const store = await temporaryStore(t);
    const layers = Array.from({ length: 12 }, (_, index) => makeLayer(store, String(index)));
    await reopened(store, async (again) => {
      using lease = again.lease();
      lease.hold(layers.slice(2));
      for (const [index, layer] of layers.entries()) {
        await keep(again, [layer], String(index));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const names = again.kept.list().map(({ name }) => name);
      assert.deepEqual(names, ['11', '10', '9', '8', '7', '6', '5', '4', '3', '2']);
      assert.equal(again.layers.get(layers[0] ?? ''), undefined);
      assert.ok(again.layers.get(layers[2] ?? ''));
    });
  });

  it('go when one of their layers is broken', async (t) => {
    const store = await temporaryStore(t);
    const layer = makeLayer(store, 'lost');
    await keep(store, [layer]);
    rmSync(join(store.root, 'layers', layer), { recursive: true });
    const codes = (await store.check({ repair: true })).map(({ code }) => code);
    assert.deepEqual(codes, ['LAYER_MISSING']);
    assert.deepEqual(store.kept.list(), []);
    assert.deepEqual(await store.check(), []);
  });
});
