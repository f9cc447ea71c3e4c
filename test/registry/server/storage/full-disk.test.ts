// A registry on a disk that is full: it says so, keeps what it has, and goes on when there is room.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { collect } from '../../../../src/registry/server/collect/index.ts';
import { openFolderStorage, type RegistryStorage } from '../../../../src/registry/server/index.ts';
import type { FolderStorageOptions } from '../../../../src/registry/server/storage/index.ts';
import { registryServer } from '../../../support/registry-server.ts';
import { answered, bytes, client, digestOf, refused } from '../conformance/client.ts';

/** Why no small disk can be had here, or false. */
const cannotMount: string | false = process.getuid?.() === 0 ? false : 'mounting needs root';

function smallDisk(t: TestContext, size: string): string {
  const folder = mkdtempSync('/var/tmp/caisson-disk-');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'caisson-test', folder]);
  t.after(() => {
    execFileSync('umount', [folder]);
    rmdirSync(folder);
  });
  return folder;
}

describe('A full disk', { skip: cannotMount }, () => {
  it('is told as 507, leaves nothing of what did not fit, and loses nothing', async (t) => {
    await using registry = await registryServer({ within: smallDisk(t, '8m') });
    const to = client(registry);
    const kept = bytes(1_000_000);
    await to.pushBlob('a', kept);
    const large = bytes(12_000_000);
    const location = await to.begin('a');
    await refused(to.put(location, digestOf(large), { body: large }), 507, 'DISK_FULL');
    await refused(to.send('GET', location), 404, 'BLOB_UPLOAD_UNKNOWN');
    assert.deepEqual(readdirSync(join(registry.root, 'uploads')), []);
    await answered(to.send('HEAD', `/v2/a/blobs/${digestOf(large)}`), 404);
    const answer = await answered(to.send('GET', `/v2/a/blobs/${digestOf(kept)}`), 200);
    assert.equal(digestOf(Buffer.from(await answer.arrayBuffer())), digestOf(kept));
    await to.pushImage('a', 'v1');
  });

  it('lets a registry be opened and collected, which makes room, and is named where neither can be', async (t) => {
    const disk = smallDisk(t, '8m');
    const root = join(disk, 'registry');
    const kept = bytes(1_000_000);
    await withStorage({ root }, async (storage) => {
      const { id } = await storage.beginUpload('a');
      await storage.appendUpload('a', id, once(kept), {});
      await storage.finishUpload('a', id, digestOf(kept));
    });
    fill(join(disk, 'other'));
    await withStorage({ root, warn: () => undefined }, async (storage) => {
      assert.equal((await storage.blob('a', digestOf(kept)))?.size, kept.length);
      fill(join(disk, 'more'));
      await withStorage({ root, serving: false }, async (beside) => {
        const options = { unusedSince: new Date(Date.now() + 1000), dryRun: false };
        const { forgotten, swept } = await collect(beside, { ...options, signal: t.signal });
        assert.deepEqual([forgotten.length, swept.blobs.length], [1, 1]);
      });
      await storage.beginUpload('a');
    });
    rmSync(join(root, 'reserve'));
    fill(join(disk, 'all'));
    for (const name of ['registry', 'new'])
      await assert.rejects(openFolderStorage({ root: join(disk, name) }), {
        code: 'DISK_FULL',
        hint: /caisson registry gc/,
      });
  });
});

/** Takes what is left, to the last byte. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [65_536, 4096, 1]) writeAll(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, piece: Buffer): void {
  try {
    while (writeSync(file, piece) > 0);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  }
}

async function* once(content: Buffer): AsyncGenerator<Buffer> {
  yield content;
}

async function withStorage(
  options: FolderStorageOptions,
  use: (storage: RegistryStorage) => Promise<void>,
): Promise<void> {
  await using storage = await openFolderStorage(options);
  await use(storage);
}
