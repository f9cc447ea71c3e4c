// Garbage collection beside pushes: what nothing needs goes, what somebody may still need stays.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hexOf } from '../../../../src/oci/index.ts';
import { collect } from '../../../../src/registry/server/collect/index.ts';
import { openFolderStorage, type RegistryStorage } from '../../../../src/registry/server/storage/index.ts';
import { pushBlob, pushImage, pushManifest, testStorage } from './content.ts';

const { signal } = new AbortController();
const soon = () => new Date(Date.now() + 1000);

function collectAll(storage: RegistryStorage, dryRun = false) {
  return collect(storage, { unusedSince: soon(), dryRun, signal });
}

describe('collecting', () => {
  it('deletes blobs that no manifest refers to, and their bytes', async () => {
    await using test = await testStorage();
    const { storage, root } = test;
    const image = await pushImage(storage, 'team/app', 'v1');
    const left = await pushBlob(storage, 'team/app');
    const { forgotten, swept } = await collectAll(storage);
    assert.deepEqual(forgotten, [{ repository: 'team/app', ...left }]);
    assert.deepEqual(
      swept.blobs.map(({ digest, size }) => ({ digest, size })),
      [left],
    );
    assert.ok(!existsSync(`${root}/blobs/sha256/${hexOf(left.digest)}`));
    for (const { digest } of image.blobs) assert.ok(await storage.blob('team/app', digest));
  });

  it('shows with a dry run what it would delete, and deletes nothing', async () => {
    await using test = await testStorage();
    const left = await pushBlob(test.storage, 'app');
    const shared = await pushBlob(test.storage, 'app');
    await pushManifest(test.storage, 'other', [await pushBlob(test.storage, 'other')]);
    await test.storage.mountBlob('other', shared.digest, 'app');
    await pushManifest(test.storage, 'other', [shared], 'v1');
    const { forgotten, swept } = await collectAll(test.storage, true);
    assert.deepEqual(
      new Set(forgotten.map(({ repository, digest }) => `${repository} ${digest}`)),
      new Set([`app ${left.digest}`, `app ${shared.digest}`]),
    );
    assert.deepEqual(swept.blobs, [left]);
    assert.ok(await test.storage.blob('app', left.digest));
  });

  it('leaves what was pushed, mounted or asked for within the grace', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const blob = await pushBlob(storage, 'app');
    await storage.mountBlob('other', blob.digest, 'app');
    const { forgotten, swept } = await collect(storage, {
      unusedSince: new Date(Date.now() - 60_000),
      dryRun: false,
      signal,
    });
    assert.deepEqual([forgotten, swept.blobs, swept.uploads], [[], [], []]);
    assert.ok((await storage.blob('app', blob.digest)) && (await storage.blob('other', blob.digest)));
  });

  it('keeps bytes that another repository still has', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const { blobs } = await pushImage(storage, 'app', 'v1', 1);
    const [{ digest } = { digest: '' }] = blobs;
    await storage.mountBlob('other', digest, 'app');
    const { forgotten, swept } = await collectAll(storage);
    assert.deepEqual([forgotten.map(({ repository }) => repository), swept.blobs], [['other'], []]);
    assert.ok(
      await storage
        .openBlob('app', digest)
        .then(async (blob) => blob?.[Symbol.asyncDispose]().then(() => true)),
    );
  });

  it('collects uploads that were left, not those in progress', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const { id } = await storage.beginUpload('app');
    const kept = await collect(storage, {
      unusedSince: new Date(Date.now() - 60_000),
      dryRun: false,
      signal,
    });
    assert.deepEqual(kept.swept.uploads, []);
    assert.deepEqual(
      (await collectAll(storage)).swept.uploads.map((upload) => upload.id),
      [id],
    );
    assert.equal(await storage.upload('app', id), undefined);
  });

  it('collects the blobs of a deleted manifest', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const image = await pushImage(storage, 'app', 'v1', 3);
    await storage.deleteManifest('app', image.digest);
    assert.equal((await collectAll(storage)).forgotten.length, 3);
    assert.deepEqual(await storage.blobs('app', {}), []);
  });

  it('goes through many pages', async () => {
    await using test = await testStorage();
    const { storage } = test;
    const image = await pushImage(storage, 'app', 'v1', 3);
    await Promise.all(
      Array.from({ length: 1100 }, (_, index) => pushBlob(storage, 'app', Buffer.from(`${index}`))),
    );
    assert.equal((await collectAll(storage)).forgotten.length, 1100);
    assert.equal((await storage.blobs('app', {})).length, image.blobs.length);
  });

  it('never takes a blob between its push and its manifest, from another process or this one', async () => {
    await using test = await testStorage();
    const { storage, root } = test;
    await using other = await openFolderStorage({ root, serving: false });
    const stopping = new AbortController();
    const collecting = [storage, other].map(async (one) => {
      let rounds = 0;
      for (; !stopping.signal.aborted; await delay(1)) {
        await collect(one, { unusedSince: new Date(Date.now() - 10_000), dryRun: false, signal });
        rounds += 1;
      }
      return rounds;
    });
    const base = await pushBlob(storage, 'base');
    await Promise.all(
      Array.from({ length: 8 }, async (_, pusher) => {
        for (let turn = 0; turn < 6; turn += 1) {
          const repository = `app/${pusher}`;
          const mounted = await storage.mountBlob(repository, base.digest, 'base');
          assert.ok(mounted);
          const blobs = [base, await pushBlob(storage, repository)];
          await delay(Math.random() * 20);
          const digest = await pushManifest(storage, repository, blobs, `v${turn}`);
          if (turn % 2 === 0) await storage.deleteManifest(repository, digest);
        }
      }),
    );
    stopping.abort();
    assert.ok((await Promise.all(collecting)).every((rounds) => rounds > 0));
  });
});
