// What a collection takes and what it leaves.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openStore, type Store } from '../../../src/store/index.ts';
import { addEmptyImage, temporaryStore } from '../sample.ts';

function keepLayer(store: Store, content: string): string {
  const draft = store.layers.draft();
  writeFileSync(join(draft.upper, 'file'), content);
  return store.layers.keep(draft).id;
}

function cached(store: Store, key: string, layer: string): void {
  store.cache.add({ key, layers: [layer], parts: { args: key }, slot: 'slot', created: Date.now() });
}

describe('collecting', () => {
  it('takes what nothing points to, once its lease has ended', async (t) => {
    const store = await temporaryStore(t);
    await using other = await openStore({ root: store.root });
    const lease = store.lease();
    const layer = keepLayer(store, 'x');
    const { digest } = store.content.put(Buffer.from('loose'), 'text/plain');
    assert.equal((await other.collect()).layers, 0);
    assert.ok(store.content.has(digest) && store.layers.get(layer));
    lease[Symbol.dispose]();
    assert.equal((await other.collect()).layers, 1);
    assert.equal(store.content.has(digest), false);
    assert.equal(store.layers.get(layer), undefined);
    assert.equal(existsSync(join(store.root, 'layers', layer)), false);
  });

  it('leaves a cache record that another process just found its layers', async (t) => {
    const store = await temporaryStore(t);
    await using other = await openStore({ root: store.root });
    const lease = store.lease();
    cached(store, 'sha256:a', keepLayer(store, 'a'));
    lease[Symbol.dispose]();
    const found = other.cache.find('sha256:a');
    const gone = await store.collect({ cache: 'all' });
    assert.deepEqual([gone.cacheRecords, gone.layers], [1, 0]);
    assert.ok(store.layers.get(found?.layers[0] ?? ''));
  });

  it('keeps the cache records used last within a budget', async (t) => {
    const store = await temporaryStore(t);
    const lease = store.lease();
    for (const key of ['a', 'b', 'c']) {
      cached(store, key, keepLayer(store, key.repeat(100_000)));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    store.cache.find('a');
    store.usage();
    lease[Symbol.dispose]();
    await store.collect({ cache: 'all', keepBytes: 250_000 });
    assert.deepEqual(
      store.cache.list().map(({ key }) => key),
      ['a', 'c'],
    );
  });

  it('takes images without a name, or all, but none of a container', async (t) => {
    const store = await temporaryStore(t);
    const named = addEmptyImage(store, 'named', ['named']);
    const nameless = addEmptyImage(store, 'nameless');
    const used = addEmptyImage(store, 'used');
    store.containers.add({
      id: 'c0ffee',
      name: 'web',
      image: { reference: 'x', id: used.id, manifestDigest: used.manifestDigest },
      layers: [],
      created: 1,
      state: { status: 'created' },
      command: [],
      ports: [],
      request: {},
    });
    const ids = (images: readonly { readonly id: string }[]): readonly string[] => images.map(({ id }) => id);
    assert.deepEqual(ids((await store.collect({ images: 'dangling' })).images), [nameless.id]);
    assert.deepEqual(ids((await store.collect({ images: 'all', labels: [{ key: 'none' }] })).images), []);
    assert.deepEqual(ids((await store.collect({ images: 'all', until: 1 })).images), []);
    assert.deepEqual(ids((await store.collect({ images: 'all' })).images), [named.id]);
    assert.equal(store.content.has(used.manifestDigest), true);
  });
});

describe('checking', () => {
  it('finds nothing in a good store', async (t) => {
    const store = await temporaryStore(t);
    addEmptyImage(store, 'x', ['x']);
    keepLayer(store, 'x');
    store.volumes.create('data');
    assert.deepEqual(await store.check(), []);
  });

  const damages: readonly (readonly [code: string, damage: (store: Store) => Promise<void> | void])[] = [
    ['BLOB_CORRUPT', (store) => writeFileSync(store.content.path(addEmptyImage(store, 'x').id), 'other')],
    ['BLOB_MISSING', (store) => rmSync(store.content.path(addEmptyImage(store, 'x').manifestDigest))],
    ['BLOB_STRAY', (store) => writeFileSync(join(store.root, 'blobs/sha256/readme'), '')],
    [
      'LAYER_MISSING',
      (store) => rmSync(join(store.root, 'layers', keepLayer(store, 'x')), { recursive: true }),
    ],
    [
      'LAYER_CORRUPT',
      async (store) => {
        const id = keepLayer(store, 'x');
        cached(store, 'sha256:a', id);
        await store.layers.diff(id);
        const [folder] = store.layers.driver.lower([id]);
        writeFileSync(join(folder ?? '', 'file'), 'changed');
      },
    ],
    ['LEFTOVER', (store) => mkdirSync(join(store.root, 'layers/0123'))],
    ['LEFTOVER', (store) => writeFileSync(join(store.root, 'ingest/1-1-1-00000000-x.1'), '')],
    ['VOLUME_FOLDER_MISSING', (store) => rmSync(store.volumes.create('v1').mountpoint, { recursive: true })],
    ['VOLUME_STRAY', (store) => mkdirSync(join(store.root, 'volumes/stray/_data'), { recursive: true })],
    ['TRASH_LEFT', (store) => mkdirSync(join(store.root, 'trash/x'))],
    ['INDEX_STALE', (store) => writeFileSync(join(store.root, 'index.json'), '{}')],
  ];
  for (const [code, damage] of damages) {
    it(`finds and mends ${code}`, async (t) => {
      const store = await temporaryStore(t);
      await damage(store);
      const found = await store.check();
      assert.ok(
        found.some((finding) => finding.code === code && !finding.repaired),
        JSON.stringify(found),
      );
      const mended = await store.check({ repair: true });
      assert.ok(
        mended.every((finding) => finding.repaired),
        JSON.stringify(mended),
      );
      assert.deepEqual(await store.check(), []);
    });
  }

  it('asks the probes it is given', async (t) => {
    const store = await temporaryStore(t);
    let mounted = true;
    const probe = async () =>
      mounted
        ? [
            {
              code: 'MOUNT_STRAY',
              severity: 'error' as const,
              message: 'm',
              remedy: 'r',
              repair: () => {
                mounted = false;
              },
            },
          ]
        : [];
    assert.equal((await store.check({ probes: [probe], repair: true }))[0]?.code, 'MOUNT_STRAY');
    assert.deepEqual(await store.check({ probes: [probe] }), []);
  });
});
