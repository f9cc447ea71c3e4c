// A registry in a bucket: what every storage does, and what is its own: parts, interruptions, bad services, other processes.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sha256 } from '../../../../src/oci/index.ts';
import { check, collect } from '../../../../src/registry/server/collect/index.ts';
import { createRegistryServer, type RegistryStorage } from '../../../../src/registry/server/index.ts';
import { openBucketStorage } from '../../../../src/registry/server/s3/index.ts';
import { type S3Server, s3Server } from '../../../support/s3-server.ts';
import { pushBlob, pushImage, pushManifest } from '../collect/content.ts';
import { specifyStorage } from '../storage/suite.ts';

function openOn(server: S3Server, prefix = 'some/prefix'): Promise<RegistryStorage> {
  const location = `s3:${server.url}/images?region=test-1&prefix=${prefix}`;
  return openBucketStorage({ location, environment: server.environment });
}

specifyStorage('A bucket as storage', async () => {
  const server = await s3Server();
  const storage = await openOn(server);
  return {
    ...storage,
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
});

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
const soon = () => new Date(Date.now() + 1000);

describe('a registry in a bucket', () => {
  it('sends large blobs in parts as they come, and takes them up after a restart', async () => {
    await using server = await s3Server();
    const content = randomBytes(17_000_000);
    const first = await openOn(server);
    const { id } = await first.beginUpload('app');
    await first.appendUpload('app', id, pieces(content.subarray(0, 7_000_001)), {});
    await first[Symbol.asyncDispose]();
    await using second = await openOn(server);
    assert.equal((await second.upload('app', id))?.size, 7_000_001);
    await second.appendUpload('app', id, pieces(content.subarray(7_000_001)), { start: 7_000_001 });
    await second.finishUpload('app', id, sha256(content));
    assert.ok((await readAll(second, 'app', sha256(content))).equals(content));
    assert.ok(server.largest() < 6_000_000);
    assert.equal(server.open(), 0);
    const kinds = [...server.objects.keys()].map((key) => key.split('/')[2]).sort();
    assert.deepEqual(kinds, ['blobs', 'content', 'data', 'known', 'names']);
  });

  it('leaves uploads for others where a client has its share', async () => {
    await using server = await s3Server();
    const location = `s3:${server.url}/images?region=test-1&prefix=x`;
    const { environment } = server;
    await using storage = await openBucketStorage({ location, environment, mostUploads: 150 });
    const begun = await Promise.allSettled(
      Array.from({ length: 110 }, (_, index) => storage.beginUpload(`app${index}`, 'greedy')),
    );
    assert.equal(begun.filter(({ status }) => status === 'fulfilled').length, 100);
    await assert.rejects(storage.beginUpload('app', 'greedy'), { code: 'TOOMANYREQUESTS' });
    const { id } = await storage.beginUpload('app', 'other');
    for (let count = 0; count < 49; count += 1) await storage.beginUpload('app');
    await assert.rejects(storage.beginUpload('app', 'third'), { code: 'TOOMANYREQUESTS' });
    await storage.cancelUpload('app', id);
    await storage.beginUpload('app', 'third');
  });

  it('reads no more descriptors of referrers than are asked for, and little ahead', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const subject = sha256(Buffer.from('subject'));
    for (let count = 0; count < 12; count += 1) {
      const bytes = randomBytes(10);
      const annotations = { large: 'x'.repeat(400_000) };
      const digest = sha256(bytes);
      const more = { mediaType: 'x/y', blobs: [], manifests: [], subject, annotations };
      await storage.putManifest('app', { bytes, digest, size: bytes.length, ...more });
    }
    let read = 0;
    server.disturb = ({ method, url }) => {
      if (method === 'GET' && url.includes('/referrers/')) read += 1;
      return undefined;
    };
    for await (const _ of storage.referrers('app', subject, {})) break;
    assert.equal(read, 2);
  });

  it('keeps bytes that two pushed at once only once', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const content = randomBytes(100_000);
    await Promise.all(['a', 'b', 'c'].map((repository) => pushBlob(storage, repository, content)));
    assert.equal([...server.objects.keys()].filter((key) => key.includes('/data/')).length, 1);
    assert.deepEqual(await storage.usage(), { blobs: 1, bytes: 100_000 });
  });

  it('tries again what may pass, and takes up a read that broke off', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    let count = 0;
    server.disturb = () => (count++ % 3 === 0 ? '503' : undefined);
    const content = randomBytes(1_000_000);
    const { digest } = await pushBlob(storage, 'app', content);
    let broken = 0;
    server.disturb = ({ method, url }) =>
      method === 'GET' && url.includes('/data/') && broken++ < 2 ? 'break' : undefined;
    assert.ok((await readAll(storage, 'app', digest)).equals(content));
    assert.equal(broken, 3);
  });

  it('acknowledges no part that did not arrive, and goes on from the last that did', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const content = randomBytes(12_000_000);
    const { id } = await storage.beginUpload('app');
    server.disturb = ({ url }) => (url.includes('partNumber=2') ? '503' : undefined);
    const failing = storage.appendUpload('app', id, pieces(content), {});
    await assert.rejects(failing, { code: 'STORAGE_FAILED', message: /it answered 503/ });
    server.disturb = () => undefined;
    const { size } = (await storage.upload('app', id)) ?? { size: 0 };
    assert.ok(size >= 5 * 1024 * 1024 && size < 6_000_000);
    await storage.appendUpload('app', id, pieces(content.subarray(size)), { start: size });
    await storage.finishUpload('app', id, sha256(content));
    assert.ok((await readAll(storage, 'app', sha256(content))).equals(content));
  });

  it('takes no digest of bytes that did not arrive', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const [lost, kept] = [randomBytes(6_000_000), randomBytes(100_000)];
    const { id } = await storage.beginUpload('app');
    server.disturb = ({ url }) => (url.includes('partNumber=1') ? '503' : undefined);
    await assert.rejects(storage.appendUpload('app', id, pieces(lost), {}), { code: 'STORAGE_FAILED' });
    server.disturb = () => undefined;
    await storage.appendUpload('app', id, pieces(kept), { start: 0 });
    await storage.finishUpload('app', id, sha256(kept));
    assert.ok((await readAll(storage, 'app', sha256(kept))).equals(kept));
  });

  it('says what a bucket answered that cannot be used', async () => {
    await using server = await s3Server();
    const location = `s3:${server.url}/images`;
    const wrong = { ...server.environment, AWS_SECRET_ACCESS_KEY: 'wrong' };
    const refused = openBucketStorage({ location, environment: wrong });
    await assert.rejects(refused, {
      code: 'STORAGE_FAILED',
      message: /it answered 403 SignatureDoesNotMatch & no more/,
    });
    const missing = openBucketStorage({
      location: `s3:${server.url}/other`,
      environment: server.environment,
    });
    await assert.rejects(missing, {
      code: 'STORAGE_FAILED',
      message: /the bucket "other" at http.*NoSuchBucket/,
    });
  });

  it('aborts the parts of uploads that are cancelled or swept', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const begun = async () => {
      const { id } = await storage.beginUpload('app');
      await storage.appendUpload('app', id, pieces(randomBytes(6_000_000)), {});
      return id;
    };
    await storage.cancelUpload('app', await begun());
    await begun();
    assert.equal(server.open(), 1);
    assert.equal((await storage.sweep({ unusedSince: soon() })).uploads.length, 1);
    assert.equal(server.open(), 0);
    assert.equal(server.objects.size, 0);
  });

  it('is collected beside pushes, by another process too, and checked', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    await using other = await openOn(server);
    const image = await pushImage(storage, 'team/app', 'v1');
    const left = await pushBlob(storage, 'team/app');
    const { forgotten, swept } = await collect(other, { unusedSince: soon(), dryRun: false, signal });
    assert.deepEqual([forgotten.length, swept.blobs], [1, [left]]);
    const good = await check(storage, { repair: false, signal });
    assert.deepEqual([good.blobs, good.manifests, good.findings], [2, 1, []]);
    const [{ digest } = { digest: '' }] = image.blobs;
    const data = [...server.objects].find(
      ([key, bytes]) => key.includes('/data/') && sha256(bytes) === digest,
    );
    assert.ok(data);
    data[1].writeUInt8(data[1].readUInt8(0) ^ 1, 0);
    const { findings } = await check(other, { repair: true, signal });
    assert.deepEqual(
      findings.map(({ kind, subject, repaired }) => [kind, subject, repaired]),
      [['blob-corrupt', digest, true]],
    );
    assert.equal(await storage.blob('team/app', digest), undefined);
  });

  it('never loses a blob between its push and its manifest while it is collected', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    await using other = await openOn(server);
    const stopping = new AbortController();
    const collecting = (async () => {
      for (; !stopping.signal.aborted; await delay(1))
        await collect(other, { unusedSince: new Date(Date.now() - 10_000), dryRun: false, signal });
    })();
    await Promise.all(
      Array.from({ length: 4 }, async (_, pusher) => {
        for (let turn = 0; turn < 3; turn += 1) {
          const blob = await pushBlob(storage, `app/${pusher}`);
          await pushManifest(storage, `app/${pusher}`, [blob], `v${turn}`);
        }
      }),
    );
    stopping.abort();
    await collecting;
    assert.deepEqual((await check(storage, { repair: false, signal })).findings, []);
  });

  it('serves clients', async () => {
    await using bucket = await s3Server();
    await using storage = await openOn(bucket, '');
    await using server = createRegistryServer({ storage });
    const { url } = await server.listen('127.0.0.1:0');
    const content = randomBytes(6_000_000);
    const begun = await fetch(`${url}/v2/app/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', url);
    place.searchParams.set('digest', sha256(content));
    assert.equal((await fetch(place, { method: 'PUT', body: new Uint8Array(content) })).status, 201);
    const blob = `${url}/v2/app/blobs/${sha256(content)}`;
    assert.ok(Buffer.from(await (await fetch(blob)).arrayBuffer()).equals(content));
    const part = await fetch(blob, { headers: { range: 'bytes=5999990-' } });
    assert.deepEqual(
      [part.status, Buffer.from(await part.arrayBuffer())],
      [206, content.subarray(5_999_990)],
    );
  });
});
