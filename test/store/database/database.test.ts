// Opening, migrating and changing the database.

import assert from 'node:assert/strict';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { openDatabase } from '../../../src/store/database/index.ts';
import { openStore } from '../../../src/store/index.ts';
import { runProcess } from '../processes.ts';
import { addEmptyImage, temporaryFolder, temporaryStore } from '../sample.ts';

describe('opening a store', () => {
  it('makes an image layout and a private run directory', async (t) => {
    const store = await temporaryStore(t);
    assert.equal(statSync(store.runDirectory).mode & 0o777, 0o700);
    assert.match(store.runDirectory, /\/caisson\/[0-9a-f]{12}$/);
    assert.ok(statSync(join(store.root, 'oci-layout')).isFile());
  });

  it('finds again what was there', async (t) => {
    const store = await temporaryStore(t);
    const image = addEmptyImage(store, 'x', ['x']);
    await using again = await openStore({ root: store.root });
    assert.deepEqual(again.images.find('x'), image);
  });

  it('refuses a root that a newer version made', async (t) => {
    const store = await temporaryStore(t);
    using connection = new DatabaseSync(join(store.root, 'store.db'));
    connection.exec('PRAGMA user_version = 1000');
    await assert.rejects(openStore({ root: store.root }), { code: 'STORE_TOO_NEW', hint: /newer Caisson/ });
  });

  it('refuses what is no database', async (t) => {
    const file = join(temporaryFolder(t), 'store.db');
    writeFileSync(file, 'this is not a database, and long enough to be told apart from one'.repeat(20));
    await assert.rejects(openDatabase(file), { code: 'STORE_UNREADABLE' });
  });

  it('refuses a root that is a file', async (t) => {
    const file = join(temporaryFolder(t), 'file');
    writeFileSync(file, '');
    await assert.rejects(openStore({ root: file }), { code: 'STORE_UNWRITABLE' });
  });

  it('lets many processes make one root at once', async (t) => {
    const store = await temporaryStore(t);
    const root = join(store.root, '../other');
    const opened = await Promise.all(Array.from({ length: 8 }, () => runProcess('open-store.ts', [root])));
    await using other = await openStore({ root });
    rmSync(other.runDirectory, { recursive: true, force: true });
    assert.equal(other.images.list().length, 8);
    assert.deepEqual(
      opened.map(({ code, stderr }) => ({ code, stderr })),
      Array.from({ length: 8 }, () => ({ code: 0, stderr: '' })),
    );
  });
});

describe('transactions', () => {
  it('undo everything when the work fails, also what nested ones did', async (t) => {
    using database = await openDatabase(join(temporaryFolder(t), 'store.db'));
    const insert = (id: string): number => database.run('INSERT INTO held VALUES (?, ?, ?)', 's', 'blob', id);
    assert.throws(
      () =>
        database.transaction(() => {
          insert('a');
          database.transaction(() => insert('b'));
          throw new Error('no');
        }),
      /no/,
    );
    assert.deepEqual(database.all('SELECT * FROM held'), []);
    database.transaction(() => insert('c'), { durable: true });
    assert.equal(database.get<{ id: string }>('SELECT id FROM held')?.id, 'c');
  });
});
