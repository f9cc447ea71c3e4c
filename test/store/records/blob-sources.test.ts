import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../../src/oci/index.ts';
import { addIndexOf, temporaryStore } from '../sample.ts';

describe('blob sources', () => {
  it('are given last seen first, no more than eight of one blob', async (t) => {
    const { blobSources } = await temporaryStore(t);
    const digest = sha256('blob');
    assert.deepEqual(blobSources.of(digest), []);
    for (let repository = 0; repository < 12; repository++) {
      blobSources.add([digest], `registry.test/app${repository}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    assert.deepEqual(
      blobSources.of(digest),
      [11, 10, 9, 8, 7, 6, 5, 4].map((repository) => `registry.test/app${repository}`),
    );
  });

  it('stay while their blobs are needed', async (t) => {
    const store = await temporaryStore(t);
    const { digest } = addIndexOf(store, 'app', ['app']);
    const stranger = sha256('gone');
    store.blobSources.add([digest, stranger], 'registry.test/app');
    await store.collect();
    assert.deepEqual(store.blobSources.of(digest), ['registry.test/app']);
    assert.deepEqual(store.blobSources.of(stranger), []);
  });
});
