// Named and anonymous volumes.

import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryStore } from './sample.ts';

describe('volumes', () => {
  it('are folders that go with their content', async (t) => {
    const store = await temporaryStore(t);
    const volume = store.volumes.create('data', { labels: { a: 'b' } });
    assert.equal(volume.mountpoint, join(store.root, 'volumes/data/_data'));
    writeFileSync(join(volume.mountpoint, 'file'), 'x');
    assert.throws(() => store.volumes.create('data'), { code: 'NAME_IN_USE' });
    await store.volumes.delete('data');
    assert.equal(existsSync(join(store.root, 'volumes/data')), false);
    await assert.rejects(store.volumes.delete('data'), { code: 'VOLUME_NOT_FOUND' });
  });

  it('get an id for a name when they are anonymous, and their folder again when it is lost', async (t) => {
    const { volumes } = await temporaryStore(t);
    const volume = volumes.create();
    assert.match(volume.name, /^[0-9a-f]{64}$/);
    assert.equal(volume.anonymous, true);
    rmSync(volume.mountpoint, { recursive: true });
    assert.ok(existsSync(volumes.folder(volume)));
  });

  for (const name of ['', '.', '..', '../x', 'a/b', '-a', 'a', 'x\0y', 'a'.repeat(256)]) {
    it(`cannot be named ${JSON.stringify(name.slice(0, 20))}`, async (t) => {
      const { volumes } = await temporaryStore(t);
      assert.throws(() => volumes.create(name), { code: 'VOLUME_NAME_INVALID' });
      assert.deepEqual(volumes.list(), []);
    });
  }
});
