// Cache mounts of a store, taken by several at once: in one process, in several, and after one was killed.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openStore, type Store } from '../../../src/store/index.ts';

const key = (id: string, base = '') => ({ id, base });

describe('cache mounts', () => {
  let root: string;
  let store: Store;
  before(async () => {
    root = mkdtempSync('/var/tmp/caisson-cachemounts-');
    store = await openStore({ root });
  });
  after(async () => {
    const { runDirectory } = store;
    await store[Symbol.asyncDispose]();
    for (const folder of [root, runDirectory]) rmSync(folder, { recursive: true, force: true });
  });

  it('gives the same folder again, and others for another id or base', async () => {
    const folders: string[] = [];
    for (const one of [key('a'), key('a'), key('b'), key('a', 'tree')]) {
      using mount = await store.cacheMounts.open(one, { sharing: 'shared' });
      folders.push(mount.folder);
    }
    assert.equal(folders[0], folders[1]);
    assert.equal(new Set(folders).size, 3);
  });

  it('shares, or makes another folder for one who wants his own', async () => {
    using first = await store.cacheMounts.open(key('s'), { sharing: 'shared' });
    using second = await store.cacheMounts.open(key('s'), { sharing: 'shared' });
    using own = await store.cacheMounts.open(key('s'), { sharing: 'private' });
    assert.equal(first.folder, second.folder);
    assert.notEqual(own.folder, first.folder);
  });

  it('lets those who lock in one after the other, in the order they came', async () => {
    const order: number[] = [];
    let waited = 0;
    const take = async (number: number): Promise<void> => {
      using _ = await store.cacheMounts.open(key('l'), { sharing: 'locked', onWait: () => waited++ });
      order.push(number);
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    await Promise.all([take(1), take(2), take(3), take(4)]);
    assert.deepEqual(order, [1, 2, 3, 4]);
    assert.equal(waited, 3);
  });

  it('stops waiting when it is told to, and leaves no place in the queue', async () => {
    using _ = await store.cacheMounts.open(key('w'), { sharing: 'locked' });
    const signal = AbortSignal.timeout(60);
    await assert.rejects(store.cacheMounts.open(key('w'), { sharing: 'locked', signal }));
    const queues = join(store.runDirectory, 'cachemounts');
    assert.deepEqual(
      readdirSync(queues).flatMap((name) => readdirSync(join(queues, name))),
      [],
    );
  });

  it('fills a new folder before anybody sees it; what fails to fill is not there', async () => {
    const fill = (folder: string): void => writeFileSync(join(folder, 'f'), 'first');
    using _ = await store.cacheMounts.open(key('f'), { sharing: 'shared', fill });
    const fail = (): never => {
      throw new Error('no room');
    };
    await assert.rejects(store.cacheMounts.open(key('broken'), { sharing: 'shared', fill: fail }), /no room/);
    assert.ok(!store.cacheMounts.list().some(({ id }) => id === 'broken'));
    assert.deepEqual(readdirSync(join(root, 'ingest')), []);
  });

  it('is taken from a process that is killed, what it wrote kept', async () => {
    const child = await holder(root, 'k');
    const waiting = store.cacheMounts.open(key('k'), { sharing: 'locked' });
    setTimeout(() => child.kill('SIGKILL'), 50);
    using mount = await waiting;
    assert.deepEqual(readdirSync(mount.folder), ['written']);
  });

  it('is not pruned while another process uses it, and is afterwards', async () => {
    const child = await holder(root, 'p');
    await store.cacheMounts.prune();
    assert.deepEqual(
      store.cacheMounts.measure().map(({ id, active }) => ({ id, active })),
      [{ id: 'p', active: true }],
    );
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    assert.equal((await store.cacheMounts.prune()).count, 1);
    assert.deepEqual(readdirSync(join(root, 'cachemounts')), []);
  });

  it('prunes by time and by room, last used last', async () => {
    for (const id of ['old', 'new']) {
      const fill = (folder: string): void => writeFileSync(join(folder, 'f'), Buffer.alloc(100_000));
      (await store.cacheMounts.open(key(id), { sharing: 'shared', fill }))[Symbol.dispose]();
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
    assert.equal((await store.cacheMounts.prune({ until: 1 })).count, 0);
    assert.equal((await store.cacheMounts.prune({ keepBytes: 150_000 })).count, 1);
    assert.deepEqual(
      store.cacheMounts.list().map(({ id }) => id),
      ['new'],
    );
  });

  it('is checked: a folder that is not whole is found and deleted', async () => {
    const broken = join(root, 'cachemounts', 'half-1');
    mkdirSync(broken);
    const findings = await store.check({ repair: true });
    assert.deepEqual(
      findings.map(({ code, repaired }) => ({ code, repaired })),
      [{ code: 'CACHE_MOUNT_BROKEN', repaired: true }],
    );
    assert.ok(!existsSync(broken));
  });
});

/** A process that has locked the cache mount `id` and written a file into it. */
async function holder(root: string, id: string): Promise<ChildProcess> {
  const program = `
    import { writeFileSync } from 'node:fs';
    import { openStore } from ${JSON.stringify(join(import.meta.dirname, '../../../src/store/index.ts'))};
    const store = await openStore({ root: ${JSON.stringify(root)} });
    const mount = await store.cacheMounts.open({ id: ${JSON.stringify(id)}, base: '' }, { sharing: 'locked' });
    writeFileSync(mount.folder + '/written', '');
    console.log('held');
    setInterval(() => mount, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}
