// Small records by id and name.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStore, type VolumeRecord } from '../../../src/store/index.ts';
import { temporaryStore } from '../sample.ts';

function volume(id: string, name: string): VolumeRecord {
  return { id, name, driver: 'local', labels: {}, created: 1, mountpoint: `/x/${name}`, anonymous: false };
}

describe('records', () => {
  it('are found by name, id and unique prefix of the id', async (t) => {
    const { volumes } = await temporaryStore(t);
    volumes.add(volume('abc1', 'one'));
    volumes.add(volume('abd2', 'two'));
    assert.equal(volumes.get('abc1')?.name, 'one');
    assert.equal(volumes.find('two')?.id, 'abd2');
    assert.equal(volumes.find('abc')?.id, 'abc1');
    assert.equal(volumes.find('none'), undefined);
    assert.throws(() => volumes.find('ab'), { code: 'ID_AMBIGUOUS' });
    assert.deepEqual(
      volumes.list().map(({ name }) => name),
      ['one', 'two'],
    );
  });

  it('have unique names', async (t) => {
    const { volumes } = await temporaryStore(t);
    volumes.add(volume('a1', 'one'));
    volumes.add(volume('b2', 'two'));
    assert.throws(() => volumes.add(volume('c3', 'one')), { code: 'NAME_IN_USE', message: /"one".*"a1"/ });
    assert.throws(() => volumes.update('b2', (record) => ({ ...record, name: 'one' })), {
      code: 'NAME_IN_USE',
    });
    assert.equal(volumes.find('two')?.id, 'b2');
  });

  it('change from the newest state, and not at all when the change fails', async (t) => {
    const store = await temporaryStore(t);
    await using other = await openStore({ root: store.root });
    store.volumes.add(volume('a1', 'one'));
    other.volumes.update('a1', (record) => ({ ...record, labels: { by: 'other' } }));
    const changed = store.volumes.update('a1', (record) => ({ ...record, name: 'renamed' }));
    assert.deepEqual([changed.name, changed.labels], ['renamed', { by: 'other' }]);
    assert.throws(() =>
      store.volumes.update('a1', () => {
        throw new Error('no');
      }),
    );
    assert.deepEqual(other.volumes.get('a1'), changed);
    assert.throws(() => store.volumes.update('none', (record) => record), { code: 'NOT_FOUND' });
  });

  it('are removed once and for all', async (t) => {
    const { volumes } = await temporaryStore(t);
    volumes.add(volume('a1', 'one'));
    volumes.remove('a1');
    volumes.remove('a1');
    assert.deepEqual(volumes.list(), []);
  });
});
