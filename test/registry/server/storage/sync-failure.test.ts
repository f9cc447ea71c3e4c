// Disks that lose what was written: a failed sync is told once by the kernel, and must not be forgotten.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openFolderStorage } from '../../../../src/registry/server/index.ts';
import { coalesce, untilFailure } from '../../../../src/registry/server/storage/folder/coalesce.ts';
import { receive } from '../../../../src/registry/server/storage/folder/receive.ts';

const mebibyte = 1024 * 1024;

/** A device takes what is written, but cannot be synced. */
const unsyncable = '/dev/null';

describe('A failed sync', () => {
  it('behind the writing ends the append', async () => {
    async function* source(): AsyncGenerator<Buffer> {
      for (let piece = 0; piece < 40; piece++) yield Buffer.alloc(mebibyte);
    }
    const progress = { hash: createHash('sha256'), size: 0, hashed: 0 };
    await assert.rejects(receive(unsyncable, source(), progress, 64 * mebibyte), { syscall: 'fdatasync' });
  });

  it('of a finished upload gives the upload up: a second try would seem to succeed', async (t) => {
    const root = mkdtempSync('/var/tmp/caisson-sync-');
    t.after(() => rmSync(root, { recursive: true, force: true }));
    await using storage = await openFolderStorage({ root });
    const { id } = await storage.beginUpload('a');
    const file = join(root, 'uploads', id);
    rmSync(file, { force: true });
    symlinkSync(unsyncable, file);
    const empty = `sha256:${createHash('sha256').digest('hex')}`;
    await assert.rejects(storage.finishUpload('a', id, empty), { syscall: 'fdatasync' });
    assert.equal(await storage.upload('a', id), undefined);
    assert.equal(await storage.blob('a', empty), undefined);
  });

  it('of the log lets no later change be acknowledged', async () => {
    const outcomes = [() => undefined, () => assert.fail('EIO'), () => undefined];
    let syncs = 0;
    const settled = coalesce(untilFailure(async () => outcomes[syncs++]?.()));
    await settled();
    await assert.rejects(settled(), { code: 'UNAVAILABLE' });
    await assert.rejects(settled(), { code: 'UNAVAILABLE' });
    assert.equal(syncs, 2);
  });
});
