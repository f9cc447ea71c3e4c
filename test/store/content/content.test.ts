// Blobs by digest: written, verified, read.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { sha256 } from '../../../src/oci/index.ts';
import { temporaryStore } from '../sample.ts';

const type = 'application/octet-stream';

describe('putting and reading blobs', () => {
  it('stores bytes under their digest, once', async (t) => {
    const store = await temporaryStore(t);
    const descriptor = store.content.put(Buffer.from('hello'), type);
    assert.deepEqual(descriptor, { mediaType: type, digest: sha256('hello'), size: 5 });
    assert.deepEqual(store.content.put(Buffer.from('hello'), type), descriptor);
    assert.equal(readFileSync(join(store.root, 'blobs/sha256', descriptor.digest.slice(7)), 'utf8'), 'hello');
    assert.equal(store.content.read(descriptor.digest).toString(), 'hello');
    assert.equal(store.content.size(descriptor.digest), 5);
    assert.deepEqual(readdirSync(join(store.root, 'blobs/sha256')).length, 1);
    assert.deepEqual(readdirSync(join(store.root, 'ingest')), []);
  });

  it('says which blob is missing, changed or too large', async (t) => {
    const { content } = await temporaryStore(t);
    const { digest } = content.put(Buffer.from('a'.repeat(100)), type);
    assert.throws(() => content.read(sha256('none')), { code: 'BLOB_NOT_FOUND' });
    assert.throws(() => content.read(digest, 99), { code: 'BLOB_TOO_LARGE' });
    writeFileSync(content.path(digest), 'b'.repeat(100));
    assert.throws(() => content.read(digest), { code: 'BLOB_CORRUPT' });
  });

  it('writes a blob again that was cut short', async (t) => {
    const { content } = await temporaryStore(t);
    const { digest } = content.put(Buffer.from('whole'), type);
    truncateSync(content.path(digest), 2);
    content.put(Buffer.from('whole'), type);
    assert.equal(content.read(digest).toString(), 'whole');
  });

  it('follows no link', async (t) => {
    const { content } = await temporaryStore(t);
    symlinkSync('/etc/passwd', content.path(sha256('link')));
    assert.equal(content.has(sha256('link')), false);
    assert.throws(() => content.read(sha256('link')));
  });

  const hostile = [
    '',
    'sha256:',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'a'.repeat(63)}`,
    `sha256:${'a'.repeat(65)}`,
    `sha256:${'a'.repeat(64)}\n`,
    `sha256:../../../../etc/passwd${'a'.repeat(42)}`,
    `../sha256:${'a'.repeat(64)}`,
    `md5:${'a'.repeat(32)}`,
    `sha512:${'a'.repeat(64)}`,
  ];
  for (const digest of hostile) {
    it(`refuses the digest ${JSON.stringify(digest.slice(0, 40))}`, async (t) => {
      const { content } = await temporaryStore(t);
      assert.throws(() => content.path(digest), { code: 'DIGEST_INVALID' });
      assert.throws(() => content.has(digest), { code: 'DIGEST_INVALID' });
      assert.throws(() => content.read(digest), { code: 'DIGEST_INVALID' });
    });
  }
});

describe('receiving streams', () => {
  const bytes = randomBytes(3_000_000);
  const source = (): Readable => Readable.from([bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]);

  it('stores what is as expected', async (t) => {
    const { content } = await temporaryStore(t);
    const expected = { digest: sha256(bytes), size: bytes.length };
    assert.deepEqual(await content.ingest(source(), type, expected), { mediaType: type, ...expected });
    assert.deepEqual(content.read(expected.digest), bytes);
  });

  it('verifies SHA-512 digests too', async (t) => {
    const { content } = await temporaryStore(t);
    const digest = `sha512:${createHash('sha512').update(bytes).digest('hex')}`;
    await content.ingest(source(), type, { digest });
    assert.deepEqual(content.read(digest), bytes);
  });

  const lies = [
    { what: 'another digest', expected: { digest: sha256('other') }, code: 'DIGEST_MISMATCH' },
    {
      what: 'more bytes',
      expected: { digest: sha256(bytes), size: bytes.length - 1 },
      code: 'SIZE_MISMATCH',
    },
    {
      what: 'fewer bytes',
      expected: { digest: sha256(bytes), size: bytes.length + 1 },
      code: 'SIZE_MISMATCH',
    },
  ];
  for (const { what, expected, code } of lies) {
    it(`leaves nothing of a stream with ${what}`, async (t) => {
      const { content, root } = await temporaryStore(t);
      await assert.rejects(content.ingest(source(), type, expected), { code });
      assert.deepEqual(readdirSync(join(root, 'ingest')), []);
      assert.deepEqual(readdirSync(join(root, 'blobs/sha256')), []);
    });
  }

  it('leaves nothing of a stream that breaks', async (t) => {
    const { content, root } = await temporaryStore(t);
    const breaking = Readable.from(
      (async function* () {
        yield bytes;
        throw new Error('connection lost');
      })(),
    );
    await assert.rejects(content.ingest(breaking, type), /connection lost/);
    assert.deepEqual(readdirSync(join(root, 'ingest')), []);
  });
});
