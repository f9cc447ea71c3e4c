// Images, their names and their layers.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ContainerRecord, ImageRecord, Store } from '../../../src/store/index.ts';
import { addEmptyImage, emptyImage, manifestOf, temporaryStore } from '../sample.ts';

function container(image: ImageRecord): ContainerRecord {
  return {
    id: 'c0ffee',
    name: 'web',
    image: { reference: 'x', id: image.id, manifestDigest: image.manifestDigest },
    layers: [],
    created: 1,
    state: { status: 'created' },
    command: [],
    ports: [],
    request: {},
  };
}

function listed(store: Store): readonly string[] {
  const index = JSON.parse(readFileSync(join(store.root, 'index.json'), 'utf8')) as {
    manifests: { digest: string; annotations?: Record<string, string> }[];
  };
  return index.manifests.map(
    ({ digest, annotations }) => annotations?.['org.opencontainers.image.ref.name'] ?? digest,
  );
}

describe('finding images', () => {
  it('goes by name, id, digest and unique prefix', async (t) => {
    const { images } = await temporaryStore(t).then((store) => {
      addEmptyImage(store, 'other', ['other']);
      addEmptyImage(store, 'wanted', ['localhost:5000/team/app:1']);
      return store;
    });
    const wanted = images.find('localhost:5000/team/app:1');
    assert.ok(wanted);
    const forms = [
      wanted.id,
      wanted.id.slice(7),
      wanted.id.slice(0, 19),
      wanted.id.slice(7, 19),
      wanted.manifestDigest,
      `localhost:5000/team/app@${wanted.manifestDigest}`,
    ];
    for (const form of forms) assert.equal(images.find(form)?.id, wanted.id, form);
    assert.deepEqual(images.find('other')?.names, ['docker.io/library/other:latest']);
    for (const form of ['none', 'localhost:5000/team/app', `other@${wanted.manifestDigest}`, '', '!!'])
      assert.equal(images.find(form), undefined, form);
  });

  it('says when a prefix fits several', async (t) => {
    const store = await temporaryStore(t);
    const seen = new Map<string, string>();
    for (let index = 0; ; index++) {
      const { id } = addEmptyImage(store, `image ${index}`);
      const prefix = id.slice(7, 9);
      if (seen.has(prefix)) {
        assert.throws(() => store.images.find(prefix), { code: 'IMAGE_AMBIGUOUS', hint: new RegExp(id) });
        return;
      }
      seen.set(prefix, id);
    }
  });

  it('takes a name before a prefix', async (t) => {
    const store = await temporaryStore(t);
    const first = addEmptyImage(store, 'first');
    const named = addEmptyImage(store, 'second', [first.id.slice(7, 17)]);
    assert.equal(store.images.find(first.id.slice(7, 17))?.id, named.id);
  });
});

describe('naming images', () => {
  it('moves a name to the newest image', async (t) => {
    const store = await temporaryStore(t);
    const old = addEmptyImage(store, 'old', ['app:1', 'app:old']);
    const young = addEmptyImage(store, 'new', ['app:1']);
    assert.deepEqual(store.images.find(old.id)?.names, ['docker.io/library/app:old']);
    assert.equal(store.images.find('app:1')?.id, young.id);
    store.images.tag(old.manifestDigest, 'app:1');
    assert.deepEqual(store.images.find(young.id)?.names, []);
    store.images.untag('app:1');
    assert.throws(() => store.images.untag('app:1'), { code: 'IMAGE_NOT_FOUND' });
    assert.throws(() => store.images.tag(`sha256:${'0'.repeat(64)}`, 'a'), { code: 'IMAGE_NOT_FOUND' });
    assert.throws(() => store.images.tag(old.manifestDigest, 'UPPER'), { code: 'REFERENCE_INVALID' });
  });

  it('keeps index.json as the list of images', async (t) => {
    const store = await temporaryStore(t);
    const image = addEmptyImage(store, 'x', ['x', 'y:2']);
    const nameless = addEmptyImage(store, 'nameless');
    assert.deepEqual(new Set(listed(store)), new Set(['x:latest', 'y:2', nameless.manifestDigest]));
    store.images.remove(image.manifestDigest);
    assert.deepEqual(listed(store), [nameless.manifestDigest]);
  });
});

describe('adding and removing images', () => {
  it('is the same image when it is the same manifest', async (t) => {
    const store = await temporaryStore(t);
    const one = addEmptyImage(store, 'same', ['a']);
    const two = addEmptyImage(store, 'same', ['b']);
    assert.equal(one.manifestDigest, two.manifestDigest);
    assert.equal(two.names.length, 2);
    assert.equal(store.images.list().length, 1);
  });

  it('refuses an image that a container uses, unless forced', async (t) => {
    const store = await temporaryStore(t);
    const image = addEmptyImage(store, 'x');
    store.containers.add(container(image));
    assert.throws(() => store.images.remove(image.manifestDigest), {
      code: 'IMAGE_IN_USE',
      message: /"web"/,
    });
    store.images.remove(image.manifestDigest, { force: true });
    assert.equal(store.images.find(image.id), undefined);
    assert.throws(() => store.images.remove(image.manifestDigest), { code: 'IMAGE_NOT_FOUND' });
  });

  it('refuses layers that are not there, and adds nothing then', async (t) => {
    const store = await temporaryStore(t);
    const diffId = `sha256:${'1'.repeat(64)}`;
    const config = Buffer.from(
      JSON.stringify({ os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [diffId] } }),
    );
    const manifest = manifestOf(config, [{ mediaType: 'x', digest: diffId, size: 1 }]);
    assert.throws(() => store.images.add({ config, manifest, layers: ['none'], names: ['x'] }), {
      code: 'LAYER_NOT_FOUND',
    });
    assert.deepEqual(store.images.list(), []);
  });

  it('refuses a manifest that does not fit its config', async (t) => {
    const store = await temporaryStore(t);
    const { config } = emptyImage('a');
    const { manifest } = emptyImage('b');
    assert.throws(() => store.images.add({ config, manifest, layers: [] }), { code: 'IMAGE_INVALID' });
  });
});
