// Image indexes and what belongs to them.

import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Index } from '../../../src/oci/index.ts';
import { addIndexOf, foreign, temporaryStore } from '../sample.ts';

describe('indexes', () => {
  it('give the image of the platform asked for, else of this machine', async (t) => {
    const { images, ...store } = await temporaryStore(t);
    const index = addIndexOf({ images, ...store }, 'app', ['app']);
    const [other, own] = index.images;
    assert.equal(images.find('app')?.manifestDigest, own?.manifestDigest);
    assert.equal(images.find(index.digest)?.manifestDigest, own?.manifestDigest);
    assert.equal(images.find('app', foreign)?.manifestDigest, other?.manifestDigest);
    assert.equal(images.find('app', { os: 'plan9', architecture: '386' }), undefined);
    assert.equal(images.findIndex('app')?.digest, index.digest);
    assert.equal(images.findIndex(`app@${index.digest}`)?.digest, index.digest);
    assert.equal(images.findIndex(`other@${index.digest}`), undefined);
    assert.equal(own?.memberOf, undefined);
    assert.equal(other?.memberOf, index.digest);
  });

  it('are what their names stand for, as registries know them', async (t) => {
    const { images, ...store } = await temporaryStore(t);
    const { digest } = addIndexOf({ images, ...store }, 'app', ['app', 'registry.example/team/app:2']);
    const own = images.find('app');
    assert.ok(own);
    images.tag(own.manifestDigest, 'alone');
    const named = images.find('app');
    assert.ok(named);
    assert.deepEqual(named.named, {
      'docker.io/library/alone:latest': own.manifestDigest,
      'docker.io/library/app:latest': digest,
      'registry.example/team/app:2': digest,
    });
  });

  it('are listed in index.json with their names, their images are not', async (t) => {
    const store = await temporaryStore(t);
    const { digest } = addIndexOf(store, 'app', ['app', 'app:2']);
    const { manifests } = JSON.parse(readFileSync(join(store.root, 'index.json'), 'utf8')) as Index;
    assert.deepEqual(
      manifests.map((entry) => [entry.digest, entry.annotations?.['org.opencontainers.image.ref.name']]),
      [
        [digest, 'app:2'],
        [digest, 'app:latest'],
      ],
    );
  });

  it('gain names, and go with their images when the last name is removed', async (t) => {
    const store = await temporaryStore(t);
    const lease = store.lease();
    const { digest, images } = addIndexOf(store, 'app', ['app']);
    lease[Symbol.dispose]();
    store.images.tag(digest, 'again');
    assert.deepEqual(store.images.findIndex('again')?.names, [
      'docker.io/library/again:latest',
      'docker.io/library/app:latest',
    ]);
    const own = store.images.find('app');
    assert.ok(own);
    store.images.remove(own.manifestDigest);
    assert.deepEqual(store.images.list(), []);
    assert.deepEqual(store.images.listIndexes(), []);
    await store.collect();
    for (const { manifestDigest } of images) assert.equal(store.content.has(manifestDigest), false);
    assert.deepEqual(await store.check(), []);
  });

  it('keep their images and attestations through a collection, and lose them when another build takes the name', async (t) => {
    const store = await temporaryStore(t);
    const first = addIndexOf(store, 'one', ['app']);
    await store.collect({ images: 'dangling' });
    assert.equal(store.images.list().length, 2);
    assert.deepEqual(await store.check(), []);
    addIndexOf(store, 'two', ['app']);
    assert.equal(store.images.list().length, 4);
    await store.collect({ images: 'dangling' });
    assert.equal(store.images.findIndex(first.digest), undefined);
    assert.equal(store.images.list().length, 2);
  });

  it('are checked: a lost blob of the index is written again, a lost attestation takes the index', async (t) => {
    const store = await temporaryStore(t);
    const { digest, index } = addIndexOf(store, 'app', ['app']);
    rmSync(store.content.path(digest));
    assert.ok((await store.check()).some(({ code }) => code === 'BLOB_MISSING'));
    await store.check({ repair: true });
    assert.ok(store.content.has(digest));
    rmSync(store.content.path(index.manifests.at(-1)?.digest ?? ''));
    await store.check({ repair: true });
    assert.equal(store.images.findIndex('app'), undefined);
    assert.ok(store.images.find('app'));
    assert.deepEqual(await store.check(), []);
  });
});
