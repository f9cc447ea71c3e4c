// A registry in a bucket: what every storage does, and what is its own: parts, interruptions, bad services, other processes.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it, mock } from 'node:test';
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

/** A source that neither ends nor gives more until `ended`. */
async function* endless(content: Buffer, ended: Promise<void>): AsyncGenerator<Buffer> {
  yield* pieces(content);
  await ended;
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
    const content = randomBytes(26_000_000);
    const first = await openOn(server);
    const { id } = await first.beginUpload('app');
    await first.appendUpload('app', id, pieces(content.subarray(0, 9_000_001)), {});
    await first[Symbol.asyncDispose]();
    await using second = await openOn(server);
    assert.equal((await second.upload('app', id))?.size, 9_000_001);
    await second.appendUpload('app', id, pieces(content.subarray(9_000_001)), { start: 9_000_001 });
    await second.finishUpload('app', id, sha256(content));
    assert.ok((await readAll(second, 'app', sha256(content))).equals(content));
    assert.ok(server.largest() < 9_000_000);
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
    const content = randomBytes(20_000_000);
    const { id } = await storage.beginUpload('app');
    server.disturb = ({ url }) => (url.includes('partNumber=2') ? '503' : undefined);
    const failing = storage.appendUpload('app', id, pieces(content), {});
    await assert.rejects(failing, { code: 'STORAGE_FAILED', message: /it answered 503/ });
    server.disturb = () => undefined;
    const { size } = (await storage.upload('app', id)) ?? { size: 0 };
    assert.ok(size === 8 * 1024 * 1024);
    await storage.appendUpload('app', id, pieces(content.subarray(size)), { start: size });
    await storage.finishUpload('app', id, sha256(content));
    assert.ok((await readAll(storage, 'app', sha256(content))).equals(content));
  });

  it('keeps what it acknowledged when the part that it goes into does not arrive', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const content = randomBytes(10_000_000);
    const { id } = await storage.beginUpload('app');
    await storage.appendUpload('app', id, pieces(content.subarray(0, 3_000_000)), {});
    server.disturb = ({ url }) => (url.includes('partNumber=1') ? '503' : undefined);
    const failing = storage.appendUpload('app', id, pieces(content.subarray(3_000_000)), {});
    await assert.rejects(failing, { code: 'STORAGE_FAILED' });
    server.disturb = () => undefined;
    assert.equal((await storage.upload('app', id))?.size, 3_000_000);
    await storage.appendUpload('app', id, pieces(content.subarray(3_000_000)), { start: 3_000_000 });
    await storage.finishUpload('app', id, sha256(content));
    assert.ok((await readAll(storage, 'app', sha256(content))).equals(content));
  });

  it('takes no digest of bytes that did not arrive', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const [lost, kept] = [randomBytes(9_000_000), randomBytes(100_000)];
    const { id } = await storage.beginUpload('app');
    server.disturb = ({ url }) => (url.includes('partNumber=1') ? '503' : undefined);
    await assert.rejects(storage.appendUpload('app', id, pieces(lost), {}), { code: 'STORAGE_FAILED' });
    server.disturb = () => undefined;
    await storage.appendUpload('app', id, pieces(kept), { start: 0 });
    await storage.finishUpload('app', id, sha256(kept));
    assert.ok((await readAll(storage, 'app', sha256(kept))).equals(kept));
  });

  it('gives the part that was asked for, though the service gives all', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const content = randomBytes(300_000);
    const { digest } = await pushBlob(storage, 'app', content);
    server.disturb = ({ url }) => (url.includes('/data/') ? 'whole' : undefined);
    await using blob = await storage.openBlob('app', digest);
    assert.ok(blob);
    const found: Buffer[] = [];
    for await (const piece of blob.read(0, 100_000)) found.push(Buffer.from(piece));
    assert.ok(Buffer.concat(found).equals(content.subarray(0, 100_000)));
    await assert.rejects(async () => {
      for await (const _ of blob.read(1, 2));
    }, /instead of the part/);
  });

  it('tries again what broke off while it was read, and what came too slowly', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const { digest } = await pushBlob(storage, 'app', randomBytes(1000));
    for (const disturbance of ['break', 'lost', 'slow'] as const) {
      let count = 0;
      server.disturb = () => (count++ === 0 ? disturbance : undefined);
      assert.equal((await storage.blob('app', digest))?.size, 1000, disturbance);
      assert.equal(count, 2, disturbance);
    }
  });

  it('finishes an upload whose parts were put together by a request without an answer', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const content = randomBytes(9_000_000);
    const { id } = await storage.beginUpload('app');
    await storage.appendUpload('app', id, pieces(content), {});
    let lost = 0;
    server.disturb = ({ method, url }) =>
      method === 'POST' && url.includes('uploadId=') && lost++ === 0 ? 'lost' : undefined;
    await storage.finishUpload('app', id, sha256(content));
    assert.equal(lost, 2);
    assert.ok((await readAll(storage, 'app', sha256(content))).equals(content));
  });

  it('goes on in a list that has no token, and trusts none out of order', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const names = Array.from({ length: 1100 }, (_, index) => `r${`${index}`.padStart(4, '0')}`);
    const objects = server.objects as Map<string, Buffer>;
    for (const name of names) objects.set(`some/prefix/names/${name}`, Buffer.alloc(0));
    server.disturb = () => 'tokenless';
    assert.deepEqual(await storage.repositories({}), names);
    server.disturb = () => 'unordered';
    await assert.rejects(storage.repositories({}), {
      code: 'STORAGE_FAILED',
      message: 'S3 lists "names/r0998" after "names/r0999"',
    });
  });

  it('ends no page early for what was deleted since it was listed', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    for (const tag of ['a', 'b', 'c', 'd']) await pushImage(storage, 'app', tag);
    server.disturb = ({ method, url }) => {
      if (method === 'GET' && url.endsWith('/tags/app/b'))
        (server.objects as Map<string, Buffer>).delete('some/prefix/tags/app/b');
      return undefined;
    };
    const tags = await storage.tags('app', { limit: 3 });
    assert.deepEqual(
      tags.map(({ name }) => name),
      ['a', 'c', 'd'],
    );
  });

  it('knows the parts of an append that another process was killed in', async () => {
    await using server = await s3Server();
    await using killed = await openOn(server);
    await using storage = await openOn(server);
    const content = randomBytes(20_000_000);
    const { id } = await killed.beginUpload('app');
    const dead = Promise.withResolvers<void>();
    const append = killed.appendUpload('app', id, endless(content.subarray(0, 9_000_000), dead.promise), {});
    let size = 0;
    for (let turn = 0; size === 0 && turn < 200; turn += 1, await delay(20))
      size = (await storage.upload('app', id))?.size ?? 0;
    assert.ok(size === 8 * 1024 * 1024, `${size}`);
    await storage.appendUpload('app', id, pieces(content.subarray(size)), { start: size });
    await storage.finishUpload('app', id, sha256(content));
    assert.ok((await readAll(storage, 'app', sha256(content))).equals(content));
    dead.resolve();
    await append;
  });

  it('leaves no parts behind of an append that was killed before its first part arrived', async () => {
    await using server = await s3Server();
    await using killed = await openOn(server);
    await using storage = await openOn(server);
    const { id } = await killed.beginUpload('app');
    const dead = Promise.withResolvers<void>();
    server.disturb = ({ url }) => (url.includes('partNumber=1') ? '503' : undefined);
    const append = killed.appendUpload('app', id, endless(randomBytes(9_000_000), dead.promise), {});
    const isTold = (): boolean => `${server.objects.get(`some/prefix/uploads/${id}`)}`.includes('"parts"');
    for (let turn = 0; !isTold() && turn < 200; turn += 1) await delay(20);
    assert.equal((await storage.sweep({ unusedSince: soon() })).uploads.length, 1);
    assert.equal(server.open(), 0);
    dead.resolve();
    await assert.rejects(append);
  });

  it('sweeps no upload that takes long but goes on, here or in another process', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    await using other = await openOn(server);
    const content = randomBytes(200_000);
    const { id } = await storage.beginUpload('app');
    mock.timers.enable({ apis: ['Date'], now: Date.now() });
    try {
      const swept: unknown[] = [];
      const slow = async function* () {
        for await (const piece of pieces(content)) {
          mock.timers.tick(45 * 60_000);
          yield piece;
          const old = { unusedSince: new Date(Date.now() - 60 * 60_000) };
          swept.push(...(await other.sweep(old)).uploads, ...(await storage.sweep(old)).uploads);
        }
        swept.push(...(await storage.sweep({ unusedSince: soon() })).uploads);
      };
      await storage.appendUpload('app', id, slow(), {});
      assert.deepEqual(swept, []);
      await storage.finishUpload('app', id, sha256(content));
    } finally {
      mock.timers.reset();
    }
    assert.ok((await readAll(storage, 'app', sha256(content))).equals(content));
  });

  it('takes uploads again when another process has ended those that were open', async () => {
    await using server = await s3Server();
    const location = `s3:${server.url}/images`;
    const options = { location, environment: server.environment };
    await using storage = await openBucketStorage({ ...options, mostUploads: 2 });
    await using other = await openBucketStorage(options);
    const { id } = await storage.beginUpload('app');
    await storage.beginUpload('app');
    await assert.rejects(storage.beginUpload('app'), { code: 'TOOMANYREQUESTS' });
    await other.cancelUpload('app', id);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 11_000 });
    try {
      await storage.beginUpload('app');
      await assert.rejects(storage.beginUpload('app'), { code: 'TOOMANYREQUESTS' });
    } finally {
      mock.timers.reset();
    }
  });

  it('counts a client’s uploads again when another process has ended some of them', async () => {
    await using server = await s3Server();
    const location = `s3:${server.url}/images`;
    const options = { location, environment: server.environment };
    await using storage = await openBucketStorage({ ...options, mostUploads: 1000 });
    await using other = await openBucketStorage(options);
    const begun = await Promise.all(Array.from({ length: 100 }, () => storage.beginUpload('app', 'team')));
    await assert.rejects(storage.beginUpload('app', 'team'), { code: 'TOOMANYREQUESTS' });
    await other.cancelUpload('app', begun[0]?.id ?? '');
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 11_000 });
    try {
      await storage.beginUpload('app', 'team');
      await assert.rejects(storage.beginUpload('app', 'team'), { code: 'TOOMANYREQUESTS' });
    } finally {
      mock.timers.reset();
    }
  });

  it('appends nothing to an upload that is one object already', async () => {
    await using server = await s3Server();
    await using storage = await openOn(server);
    const content = randomBytes(9_000_000);
    const { id } = await storage.beginUpload('app');
    await storage.appendUpload('app', id, pieces(content), {});
    server.disturb = ({ url }) => (url.includes('/known/') ? '503' : undefined);
    await assert.rejects(storage.finishUpload('app', id, sha256(content)), { code: 'STORAGE_FAILED' });
    server.disturb = () => undefined;
    const more = storage.appendUpload('app', id, pieces(Buffer.from('more')), {});
    await assert.rejects(more, { code: 'BLOB_UPLOAD_INVALID' });
    await storage.appendUpload('app', id, pieces(Buffer.alloc(0)), {});
    await storage.finishUpload('app', id, sha256(content));
    assert.ok((await readAll(storage, 'app', sha256(content))).equals(content));
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
      await storage.appendUpload('app', id, pieces(randomBytes(9_000_000)), {});
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
    const content = randomBytes(9_000_000);
    const begun = await fetch(`${url}/v2/app/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', url);
    place.searchParams.set('digest', sha256(content));
    assert.equal((await fetch(place, { method: 'PUT', body: new Uint8Array(content) })).status, 201);
    const blob = `${url}/v2/app/blobs/${sha256(content)}`;
    assert.ok(Buffer.from(await (await fetch(blob)).arrayBuffer()).equals(content));
    const part = await fetch(blob, { headers: { range: 'bytes=8999990-' } });
    assert.deepEqual(
      [part.status, Buffer.from(await part.arrayBuffer())],
      [206, content.subarray(8_999_990)],
    );
  });
});
