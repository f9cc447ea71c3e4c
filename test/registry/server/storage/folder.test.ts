// The storage in a folder: what every storage does, and what is its own: image layouts, restarts, one process at a time.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openFolderStorage, type RegistryStorage } from '../../../../src/registry/server/index.ts';
import { specifyStorage } from './suite.ts';

specifyStorage('A folder as storage', async () => {
  const root = mkdtempSync('/var/tmp/caisson-folder-');
  const storage = await openFolderStorage({ root });
  return {
    ...storage,
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
});

function folder(t: TestContext): string {
  const root = mkdtempSync('/var/tmp/caisson-folder-');
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !holds(); await delay(20)) assert.ok(Date.now() < deadline);
}

async function push(storage: RegistryStorage, repository: string, content: Buffer): Promise<string> {
  const { id } = await storage.beginUpload(repository);
  await storage.appendUpload(repository, id, once(content), {});
  return (await storage.finishUpload(repository, id, digestOf(content))).digest;
}

describe('The folder of a registry', () => {
  it('has an image layout for each repository, with links to one copy of the content', async (t) => {
    const root = folder(t);
    const config = randomBytes(10);
    const bytes = Buffer.from(JSON.stringify({ config: digestOf(config) }));
    {
      await using storage = await openFolderStorage({ root });
      for (const repository of ['a', 'a/blobs']) {
        const blob = await push(storage, repository, config);
        const manifest = {
          bytes,
          digest: digestOf(bytes),
          size: bytes.length,
          mediaType: 'x/y',
          blobs: [blob],
          manifests: [],
        };
        await storage.putManifest(repository, manifest, 'v1');
      }
    }
    for (const layout of ['a', 'a+blobs']) {
      const read = (path: string): Buffer => readFileSync(join(root, 'repositories', layout, path));
      assert.deepEqual(JSON.parse(read('oci-layout').toString()), { imageLayoutVersion: '1.0.0' });
      const { manifests } = JSON.parse(read('index.json').toString()) as { manifests: unknown };
      const annotations = { 'org.opencontainers.image.ref.name': 'v1' };
      assert.deepEqual(manifests, [
        { mediaType: 'x/y', digest: digestOf(bytes), size: bytes.length, annotations },
      ]);
      for (const content of [config, bytes])
        assert.ok(read(`blobs/sha256/${digestOf(content).slice(7)}`).equals(content));
    }
    assert.equal(statSync(join(root, 'blobs/sha256', digestOf(config).slice(7))).nlink, 3);
  });

  it('takes out of the layout what is deleted, and deletes that of a repository that is forgotten', async (t) => {
    const root = folder(t);
    const content = randomBytes(10);
    const blobs = join(root, 'repositories/a/blobs/sha256');
    {
      await using storage = await openFolderStorage({ root });
      await push(storage, 'a', content);
      await push(storage, 'b', content);
    }
    assert.equal(readdirSync(blobs).length, 1);
    {
      await using storage = await openFolderStorage({ root });
      await storage.deleteBlob('a', digestOf(content));
      await storage.deleteRepository('b');
    }
    assert.equal(readdirSync(blobs).length, 0);
    assert.ok(!existsSync(join(root, 'repositories/b')));
  });

  it('writes a layout again that could not be written, and keeps no other waiting', async (t) => {
    const root = folder(t);
    const warnings: string[] = [];
    await using storage = await openFolderStorage({ root, warn: (message) => void warnings.push(message) });
    // Its place is taken: the index cannot be written.
    const obstacle = join(root, 'repositories/a/index.json.new');
    mkdirSync(obstacle, { recursive: true });
    const isWritten = (name: string): boolean => existsSync(join(root, 'repositories', name, 'index.json'));
    await push(storage, 'a', randomBytes(10));
    await until(() => warnings.length > 0);
    assert.deepEqual(warnings, ['The image layout of "a" cannot be written']);
    await push(storage, 'b', randomBytes(10));
    await until(() => isWritten('b'));
    assert.ok(!isWritten('a'));
    rmSync(obstacle, { recursive: true });
    await until(() => isWritten('a'));
    assert.deepEqual(await storage.verifyLayout?.('a', { repair: false }), []);
  });

  it('goes on with an upload of before a restart', async (t) => {
    const root = folder(t);
    const content = randomBytes(1000);
    let id = '';
    {
      await using storage = await openFolderStorage({ root });
      id = (await storage.beginUpload('a')).id;
      await storage.appendUpload('a', id, once(content.subarray(0, 600)), {});
    }
    await using storage = await openFolderStorage({ root });
    await storage.appendUpload('a', id, once(content.subarray(600)), { start: 600 });
    assert.equal((await storage.finishUpload('a', id, digestOf(content))).size, 1000);
  });

  it('trusts the file of an upload, not what was written down of it', async (t) => {
    const root = folder(t);
    const content = randomBytes(1000);
    await using storage = await openFolderStorage({ root });
    const { id } = await storage.beginUpload('a');
    await storage.appendUpload('a', id, once(content), {});
    truncateSync(join(root, 'uploads', id), 600);
    assert.equal((await storage.upload('a', id))?.size, 600);
    await assert.rejects(storage.finishUpload('a', id, digestOf(content)), { code: 'DIGEST_INVALID' });
  });

  it('is served by one process at a time, and can be collected beside it', async (t) => {
    const root = folder(t);
    await using _ = await openFolderStorage({ root });
    await assert.rejects(openFolderStorage({ root }), { code: 'REGISTRY_IN_USE' });
    await using beside = await openFolderStorage({ root, serving: false });
    assert.deepEqual(await beside.repositories({}), []);
  });

  it('sweeps no upload while bytes come, nor after by a lease of before', async (t) => {
    const root = folder(t);
    await using storage = await openFolderStorage({ root });
    await using beside = await openFolderStorage({ root, serving: false });
    const { id } = await storage.beginUpload('a');
    const content = randomBytes(1000);
    const later = (): Date => new Date(Date.now() + 1000);
    const received = Promise.withResolvers<Date>();
    const swept = Promise.withResolvers<void>();
    async function* slowly(): AsyncGenerator<Buffer> {
      yield content.subarray(0, 400);
      received.resolve(new Date());
      await swept.promise;
      await delay(2);
      yield content.subarray(400);
    }
    const appended = storage.appendUpload('a', id, slowly(), {});
    const begun = await received.promise;
    for (const dryRun of [true, false])
      for (const sweeping of [storage, beside])
        assert.deepEqual((await sweeping.sweep({ unusedSince: later(), dryRun })).uploads, []);
    swept.resolve();
    assert.equal((await appended).size, 1000);
    assert.deepEqual((await beside.sweep({ unusedSince: begun })).uploads, []);
    assert.equal((await storage.finishUpload('a', id, digestOf(content))).size, 1000);
    const left = await storage.beginUpload('a');
    assert.deepEqual(
      (await beside.sweep({ unusedSince: later() })).uploads.map((upload) => upload.id),
      [left.id],
    );
  });

  it('takes no digest of bytes that could not be written', async (t) => {
    const root = folder(t);
    await using storage = await openFolderStorage({ root });
    const { id } = await storage.beginUpload('a');
    const path = join(root, 'uploads', id);
    const lost = Buffer.from('no number');
    // The kernel refuses to write anything but a number there (EINVAL).
    rmSync(path);
    symlinkSync('/proc/self/oom_score_adj', path);
    await assert.rejects(storage.appendUpload('a', id, once(lost), {}), { code: 'EINVAL' });
    rmSync(path);
    writeFileSync(path, '');
    await assert.rejects(storage.finishUpload('a', id, digestOf(lost)), { code: 'DIGEST_INVALID' });
    assert.equal(await storage.blob('a', digestOf(lost)), undefined);
  });

  it('refuses more open uploads than it may have', async (t) => {
    await using storage = await openFolderStorage({ root: folder(t), mostUploads: 2 });
    await storage.beginUpload('a');
    const { id } = await storage.beginUpload('a');
    await assert.rejects(storage.beginUpload('a'), { code: 'TOOMANYREQUESTS' });
    await storage.cancelUpload('a', id);
    await storage.beginUpload('a');
  });

  it('leaves uploads for others where a client has its share, also after a restart', async (t) => {
    const root = folder(t);
    const open = () => openFolderStorage({ root, mostUploads: 150 });
    {
      await using storage = await open();
      for (let count = 0; count < 100; count += 1) await storage.beginUpload(`a${count}`, 'greedy');
    }
    await using storage = await open();
    await assert.rejects(storage.beginUpload('a', 'greedy'), { code: 'TOOMANYREQUESTS' });
    await storage.beginUpload('a', 'other');
  });

  it('says that it cannot be written where the root is a file', (t) =>
    assert.rejects(openFolderStorage({ root: join(folder(t), 'x', '..', '../../../dev/null/x') }), {
      code: 'REGISTRY_UNWRITABLE',
    }));
});
