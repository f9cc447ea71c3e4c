// A registry in a bucket of a service that is not ours: `CAISSON_TEST_S3_ENDPOINT` and its neighbours name it (docs/registry-s3.md).

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { sha256 } from '../../../../src/oci/index.ts';
import { check, collect } from '../../../../src/registry/server/collect/index.ts';
import type { RegistryStorage } from '../../../../src/registry/server/index.ts';
import { foreignPlace, foreignStorage, noForeignS3 } from '../../../support/s3-foreign.ts';
import { pushBlob, pushImage } from '../collect/content.ts';
import { specifyStorage } from '../storage/suite.ts';

if (noForeignS3) it('A foreign bucket as storage', { skip: noForeignS3 }, () => undefined);
else specifyStorage('A foreign bucket as storage', foreignStorage);

async function* pieces(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}

async function readAll(storage: RegistryStorage, repository: string, digest: string): Promise<Buffer> {
  await using blob = await storage.openBlob(repository, digest);
  assert.ok(blob);
  const found: Buffer[] = [];
  for await (const piece of blob.read(0, blob.size)) found.push(Buffer.from(piece));
  return Buffer.concat(found);
}

const { signal } = new AbortController();
const soon = () => new Date(Date.now() + 2000);

describe('a registry in a foreign bucket', { skip: noForeignS3 }, () => {
  it('takes a large blob in parts, over a restart', async () => {
    await using place = foreignPlace();
    const content = randomBytes(70_000_000);
    const first = await place.open();
    const { id } = await first.beginUpload('app');
    await first.appendUpload('app', id, pieces(content.subarray(0, 33_000_001)), {});
    await first[Symbol.asyncDispose]();
    await using second = await place.open();
    assert.equal((await second.upload('app', id))?.size, 33_000_001);
    await second.appendUpload('app', id, pieces(content.subarray(33_000_001)), { start: 33_000_001 });
    await second.finishUpload('app', id, sha256(content));
    assert.ok((await readAll(second, 'app', sha256(content))).equals(content));
  });

  it('lists more than the service gives at once, and from the middle', async () => {
    await using place = foreignPlace();
    const names = Array.from({ length: 1105 }, (_, index) => `v${`${index}`.padStart(4, '0')}`);
    const puts = names.map((name) => () => place.bucket.put(`tags/a~b/${name}`, Buffer.from(name)));
    const worker = async () => {
      for (let put = puts.pop(); put; put = puts.pop()) await put();
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    const found: string[] = [];
    for await (const { key } of place.bucket.list('tags/a~b/')) found.push(key.slice('tags/a~b/'.length));
    assert.deepEqual(found, names);
    const some: string[] = [];
    for await (const { key } of place.bucket.list('tags/a~b/', { after: 'tags/a~b/v0050', limit: 1010 }))
      some.push(key.slice('tags/a~b/'.length));
    assert.deepEqual(some, names.slice(51, 1061));
  });

  it('aborts the parts of what is cancelled or swept', async () => {
    await using place = foreignPlace();
    await using storage = await place.open();
    const begun = async () => {
      const { id } = await storage.beginUpload('app');
      await storage.appendUpload('app', id, pieces(randomBytes(9_000_000)), {});
      return id;
    };
    assert.equal(await storage.cancelUpload('app', await begun()), true);
    await begun();
    assert.equal((await storage.sweep({ unusedSince: soon() })).uploads.length, 1);
    for await (const { key } of place.bucket.list('')) assert.fail(`"${key}" is left`);
  });

  it('is collected and checked', async () => {
    await using place = foreignPlace();
    await using storage = await place.open();
    await pushImage(storage, 'team/app', 'v1');
    const left = await pushBlob(storage, 'team/app');
    const { forgotten, swept } = await collect(storage, { unusedSince: soon(), dryRun: false, signal });
    assert.deepEqual([forgotten.length, swept.blobs], [1, [left]]);
    const good = await check(storage, { repair: false, signal });
    assert.deepEqual([good.blobs, good.manifests, good.findings], [2, 1, []]);
  });
});
