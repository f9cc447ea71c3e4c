// What every storage must do, whatever it keeps its content in; run by the test of each.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { BlobRecord, NewManifest, RegistryStorage } from '../../../../src/registry/server/index.ts';

/** Specifies a storage; `open` gives a new, empty one, which the test that asks for it disposes. */
export function specifyStorage(name: string, open: () => Promise<RegistryStorage>): void {
  describe(name, () => {
    const on = (what: string, test: (storage: RegistryStorage) => Promise<void>): void =>
      void it(what, async () => {
        await using storage = await open();
        await test(storage);
      });

    on('knows a repository from its first blob', async (storage) => {
      assert.equal(await storage.hasRepository('a/b'), false);
      await push(storage, 'a/b', 'x');
      assert.equal(await storage.hasRepository('a/b'), true);
      assert.equal(await storage.hasRepository('a'), false);
    });

    on('lists repositories in byte order, in parts', async (storage) => {
      for (const repository of ['b', 'a/c', 'a', 'a-b']) await push(storage, repository, 'x');
      assert.deepEqual(await storage.repositories({}), ['a', 'a-b', 'a/c', 'b']);
      assert.deepEqual(await storage.repositories({ last: 'a-b', limit: 1 }), ['a/c']);
    });

    on('forgets a repository with all that is in it', async (storage) => {
      const blob = await push(storage, 'a', 'x');
      await storage.putManifest('a', manifest({ blobs: [blob.digest] }), 'v1');
      assert.equal(await storage.deleteRepository('a'), true);
      assert.equal(await storage.deleteRepository('a'), false);
      assert.equal(await storage.hasRepository('a'), false);
      assert.equal(await storage.openBlob('a', blob.digest), undefined);
      assert.deepEqual(await storage.tags('a', {}), []);
    });

    on('takes what a blob is in pieces and over several appends', async (storage) => {
      const content = randomBytes(2_500_000);
      const { id } = await storage.beginUpload('a');
      for (const [start, end] of [
        [0, 1_000_000],
        [1_000_000, 1_000_001],
        [1_000_001, content.length],
      ] as const) {
        const upload = await storage.appendUpload('a', id, pieces(content.subarray(start, end)), { start });
        assert.equal(upload.size, end);
      }
      const { digest, size } = await storage.finishUpload('a', id, digestOf(content));
      assert.deepEqual({ digest, size }, { digest: digestOf(content), size: content.length });
      assert.ok((await read(storage, 'a', digest)).equals(content));
      assert.equal(await storage.upload('a', id), undefined);
    });

    on('reads any part of a blob, and an empty one', async (storage) => {
      const content = randomBytes(700_000);
      const { digest } = await push(storage, 'a', content);
      for (const [start, end] of [
        [0, 1],
        [699_999, 700_000],
        [100, 600_000],
        [0, 700_000],
      ] as const)
        assert.ok((await read(storage, 'a', digest, start, end)).equals(content.subarray(start, end)));
      const empty = await push(storage, 'a', '');
      assert.equal((await read(storage, 'a', empty.digest)).length, 0);
    });

    on('takes sha512', async (storage) => {
      const content = randomBytes(1000);
      const { digest } = await push(storage, 'a', content, 'sha512');
      assert.match(digest, /^sha512:/);
      assert.ok((await read(storage, 'a', digest)).equals(content));
    });

    on('keeps what came before a source broke, and goes on there', async (storage) => {
      const content = randomBytes(900_000);
      const { id } = await storage.beginUpload('a');
      const broken = async function* () {
        yield* pieces(content.subarray(0, 600_000));
        throw new Error('the client went away');
      };
      await assert.rejects(storage.appendUpload('a', id, broken(), {}), /the client went away/);
      const left = await storage.upload('a', id);
      assert.equal(left?.size, 600_000);
      await storage.appendUpload('a', id, pieces(content.subarray(600_000)), { start: 600_000 });
      await storage.finishUpload('a', id, digestOf(content));
    });

    on('refuses an append that is not where the upload is', async (storage) => {
      const { id } = await storage.beginUpload('a');
      const wrong = storage.appendUpload('a', id, pieces(Buffer.from('x')), { start: 5 });
      await assert.rejects(wrong, { code: 'BLOB_UPLOAD_INVALID', status: 416 });
    });

    on('refuses more bytes than it may take', async (storage) => {
      const { id } = await storage.beginUpload('a');
      const large = storage.appendUpload('a', id, pieces(randomBytes(200_000)), { limit: 100_000 });
      await assert.rejects(large, { code: 'SIZE_INVALID', status: 413 });
    });

    on('keeps nothing of an append of another length than it should have', async (storage) => {
      const content = randomBytes(13_000_000);
      const { id } = await storage.beginUpload('a');
      const append = (start: number, end: number, length: number) =>
        storage.appendUpload('a', id, pieces(content.subarray(start, end)), { start, length });
      const refused = { code: 'SIZE_INVALID', status: 400 };
      // Of one part of an object and of several, before there is a part, after there is one, and with a rest of the last.
      for (const end of [0, 100, 6_000_000, 6_000_100]) {
        const start = (await storage.upload('a', id))?.size ?? 0;
        if (end > start) await append(start, end, end - start);
        for (const wrong of [end + 1000, content.length]) {
          await assert.rejects(append(end, wrong, wrong - end - 1), refused);
          await assert.rejects(append(end, wrong, wrong - end + 1), refused);
          assert.equal((await storage.upload('a', id))?.size, end);
        }
      }
      await append(6_000_100, content.length, content.length - 6_000_100);
      const { digest } = await storage.finishUpload('a', id, digestOf(content));
      assert.ok((await read(storage, 'a', digest)).equals(content));
    });

    on('refuses another digest, and forgets the upload', async (storage) => {
      const { id } = await storage.beginUpload('a');
      await storage.appendUpload('a', id, pieces(Buffer.from('x')), {});
      await assert.rejects(storage.finishUpload('a', id, digestOf('y')), { code: 'DIGEST_INVALID' });
      assert.equal(await storage.upload('a', id), undefined);
      assert.equal(await storage.blob('a', digestOf('y')), undefined);
    });

    on('knows uploads by repository and id only', async (storage) => {
      const { id } = await storage.beginUpload('a');
      for (const [repository, other] of [
        ['b', id],
        ['a', `${id}x`],
        ['a', '../a'],
        ['a', ''],
      ] as const) {
        assert.equal(await storage.upload(repository, other), undefined);
        assert.equal(await storage.cancelUpload(repository, other), false);
        const unknown = { code: 'BLOB_UPLOAD_UNKNOWN' };
        await assert.rejects(storage.appendUpload(repository, other, pieces(Buffer.from('x')), {}), unknown);
        await assert.rejects(storage.finishUpload(repository, other, digestOf('')), unknown);
      }
      assert.deepEqual(
        (await storage.uploads()).map((upload) => upload.id),
        [id],
      );
      assert.equal(await storage.cancelUpload('a', id), true);
      assert.deepEqual(await storage.uploads(), []);
    });

    on('shows a blob to the repositories that were given it, and to no other', async (storage) => {
      const { digest } = await push(storage, 'a', 'x');
      await push(storage, 'b', 'y');
      assert.equal(await storage.blob('b', digest), undefined);
      assert.equal(await storage.openBlob('b', digest), undefined);
      assert.equal(await storage.mountBlob('b', digest, 'c'), undefined);
      assert.equal((await storage.mountBlob('b', digest, 'a'))?.digest, digest);
      assert.equal((await storage.blob('b', digest))?.size, 1);
      assert.equal((await storage.mountBlob('c', digest))?.digest, digest);
      assert.equal(await storage.mountBlob('c', digestOf('nothing')), undefined);
    });

    on(
      'deletes a blob from one repository, unless a manifest refers to it or it was just used',
      async (storage) => {
        const { digest } = await push(storage, 'a', 'x');
        await storage.mountBlob('b', digest, 'a');
        const put = manifest({ blobs: [digest] });
        await storage.putManifest('a', put);
        assert.equal(await storage.deleteBlob('a', digest), 'in use');
        await storage.deleteManifest('a', put.digest);
        assert.equal(
          await storage.deleteBlob('a', digest, { unusedSince: new Date(Date.now() - 60_000) }),
          'in use',
        );
        assert.equal(await storage.deleteBlob('a', digest), 'deleted');
        assert.equal(await storage.deleteBlob('a', digest), 'unknown');
        assert.equal((await read(storage, 'b', digest)).toString(), 'x');
      },
    );

    on('lists blobs in the order of their digests, without manifests', async (storage) => {
      const blobs = [];
      for (const text of ['1', '2', '3']) blobs.push((await push(storage, 'a', text)).digest);
      await storage.putManifest('a', manifest({ blobs }));
      const all = (await storage.blobs('a', {})).map(({ digest }) => digest);
      assert.deepEqual(all, [...blobs].sort());
      const [first = ''] = all;
      assert.deepEqual(
        (await storage.blobs('a', { last: first, limit: 1 })).map(({ digest }) => digest),
        [all[1]],
      );
    });

    on('gives manifests by digest and tag, with what they refer to', async (storage) => {
      const { digest } = await push(storage, 'a', 'x');
      const put = manifest({
        blobs: [digest],
        manifests: [digestOf('child')],
        annotations: { k: 'v' },
        artifactType: 'x/y',
        subject: digestOf('s'),
      });
      await storage.putManifest('a', put, 'v1');
      for (const reference of [{ tag: 'v1' }, { digest: put.digest }]) {
        const found = await storage.manifest('a', reference);
        assert.ok(found);
        const { pushed, ...rest } = found;
        assert.deepEqual(rest, put);
        assert.ok(Date.now() - pushed.getTime() < 60_000);
        const record = await storage.manifestRecord('a', reference);
        assert.equal(record?.digest, put.digest);
      }
      assert.equal(await storage.manifest('a', { tag: 'v2' }), undefined);
      assert.equal(await storage.manifest('b', { digest: put.digest }), undefined);
    });

    on('refuses a manifest whose blobs are not in the repository', async (storage) => {
      const { digest } = await push(storage, 'b', 'x');
      const put = storage.putManifest('a', manifest({ blobs: [digest] }), 'v1');
      await assert.rejects(put, { code: 'MANIFEST_BLOB_UNKNOWN', detail: [{ digest }] });
      assert.equal(await storage.manifest('a', { tag: 'v1' }), undefined);
    });

    on('moves tags, lists them in byte order, and forgets them with their manifest', async (storage) => {
      const first = manifest({});
      const second = manifest({});
      for (const tag of ['b', 'A', 'a', '_']) await storage.putManifest('a', first, tag);
      await storage.putManifest('a', second, 'b');
      const tags = (await storage.tags('a', {})).map(({ name, digest }) => [name, digest]);
      assert.deepEqual(tags, [
        ['A', first.digest],
        ['_', first.digest],
        ['a', first.digest],
        ['b', second.digest],
      ]);
      assert.deepEqual(
        (await storage.tags('a', { last: 'A', limit: 2 })).map((tag) => tag.name),
        ['_', 'a'],
      );
      assert.equal(await storage.deleteTag('a', 'a'), true);
      assert.equal(await storage.deleteTag('a', 'a'), false);
      assert.equal(await storage.deleteManifest('a', first.digest), true);
      assert.equal(await storage.deleteManifest('a', first.digest), false);
      assert.deepEqual(
        (await storage.tags('a', {})).map((tag) => tag.name),
        ['b'],
      );
      assert.deepEqual(
        (await storage.manifests('a', {})).map(({ digest }) => digest),
        [second.digest],
      );
    });

    on('lists referrers of a subject, by artifact type, until they are deleted', async (storage) => {
      const subject = digestOf('subject');
      const one = manifest({ subject, artifactType: 'a/one', annotations: { k: 'v' } });
      const two = manifest({ subject, artifactType: 'a/two' });
      for (const put of [one, two, manifest({ subject: digestOf('other') })])
        await storage.putManifest('a', put);
      const all = (repository: string, artifactType?: string) =>
        gathered(storage.referrers(repository, subject, artifactType === undefined ? {} : { artifactType }));
      const found = await all('a');
      assert.deepEqual(
        found.map(({ digest }) => digest),
        [one.digest, two.digest].sort(),
      );
      const { mediaType, digest, size, artifactType, annotations } = one;
      const expected = [{ mediaType, digest, size, artifactType, annotations }];
      assert.deepEqual(await all('a', 'a/one'), expected);
      await storage.deleteManifest('a', one.digest);
      assert.deepEqual(
        (await all('a')).map((each) => each.digest),
        [two.digest],
      );
      assert.deepEqual(await all('b'), []);
    });

    on('gives referrers after any of them, and as many as are asked for', async (storage) => {
      const subject = digestOf('subject');
      const puts = Array.from({ length: 40 }, () => manifest({ subject, artifactType: 'a/one' }));
      for (const put of puts) await storage.putManifest('a', put);
      const digests = puts.map(({ digest }) => digest).sort();
      const [last = ''] = digests.slice(19);
      const rest = await gathered(storage.referrers('a', subject, { last }));
      assert.deepEqual(
        rest.map(({ digest }) => digest),
        digests.slice(20),
      );
      const some: string[] = [];
      for await (const { digest } of storage.referrers('a', subject, {})) if (some.push(digest) === 3) break;
      assert.deepEqual(some, digests.slice(0, 3));
    });

    on('sweeps what no repository knows, but not what was just used, nor what is known', async (storage) => {
      const gone = await push(storage, 'a', 'gone');
      const kept = await push(storage, 'a', 'kept');
      await storage.deleteBlob('a', gone.digest);
      const { id } = await storage.beginUpload('a');
      const recent = await storage.sweep({ unusedSince: new Date(Date.now() - 60_000) });
      assert.deepEqual(recent, { blobs: [], uploads: [] });
      const soon = new Date(Date.now() + 1000);
      const planned = await storage.sweep({ unusedSince: soon, dryRun: true });
      const swept = await storage.sweep({ unusedSince: soon });
      for (const { blobs, uploads } of [planned, swept]) {
        assert.deepEqual(blobs, [{ digest: gone.digest, size: 4 }]);
        assert.deepEqual(
          uploads.map((upload) => upload.id),
          [id],
        );
      }
      assert.equal((await read(storage, 'a', kept.digest)).toString(), 'kept');
      assert.equal((await push(storage, 'b', 'gone')).digest, gone.digest);
      assert.equal((await read(storage, 'b', gone.digest)).toString(), 'gone');
    });

    on('takes one blob from many at once', async (storage) => {
      const content = randomBytes(300_000);
      await Promise.all(Array.from({ length: 10 }, (_, index) => push(storage, `r${index % 3}`, content)));
      for (const repository of ['r0', 'r1', 'r2'])
        assert.ok((await read(storage, repository, digestOf(content))).equals(content));
      assert.deepEqual(await storage.uploads(), []);
    });
  });
}

function digestOf(bytes: Uint8Array | string, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

async function gathered<T>(entries: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}

async function* pieces(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
}

async function push(
  storage: RegistryStorage,
  repository: string,
  content: Buffer | string,
  algorithm = 'sha256',
): Promise<BlobRecord> {
  const { id } = await storage.beginUpload(repository);
  await storage.appendUpload(repository, id, pieces(Buffer.from(content)), { start: 0 });
  return storage.finishUpload(repository, id, digestOf(content, algorithm));
}

async function read(
  storage: RegistryStorage,
  repository: string,
  digest: string,
  start = 0,
  end?: number,
): Promise<Buffer> {
  await using blob = await storage.openBlob(repository, digest);
  assert.ok(blob);
  const found: Buffer[] = [];
  for await (const piece of blob.read(start, end ?? blob.size)) found.push(Buffer.from(piece));
  return Buffer.concat(found);
}

function manifest(parts: Partial<NewManifest>): NewManifest {
  const bytes = Buffer.from(JSON.stringify({ random: randomBytes(8).toString('hex') }));
  return {
    mediaType: 'application/vnd.example+json',
    blobs: [],
    manifests: [],
    ...parts,
    bytes,
    digest: digestOf(bytes),
    size: bytes.length,
  };
}
