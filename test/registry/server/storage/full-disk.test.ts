// A registry on a disk that is full: it says so, keeps what it has, and goes on when there is room.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
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
});
