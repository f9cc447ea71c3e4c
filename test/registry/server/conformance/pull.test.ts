// distribution-spec 1.1, "Pull": each requirement a test.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { registryServer, type TestRegistry } from '../../../support/registry-server.ts';
import { answered, bytes, type Client, client, digestOf, refused, types } from './client.ts';

describe('Pull', () => {
  let registry: TestRegistry;
  let to: Client;
  before(async () => {
    registry = await registryServer();
    to = client(registry);
  });
  after(() => registry[Symbol.asyncDispose]());

  describe('Determining Support (end-1)', () => {
    it('1.1 MUST answer GET /v2/ with 200, and say its version as Docker does', async () => {
      const answer = await answered(to.send('GET', '/v2/'), 200);
      assert.equal(answer.headers.get('docker-distribution-api-version'), 'registry/2.0');
      await answered(to.send('HEAD', '/v2/'), 200);
      await answered(to.send('GET', '/v2'), 200);
    });
  });

  describe('Pulling manifests (end-3)', () => {
    it('1.2 MUST give a manifest by tag and by digest, byte for byte, with its media type and digest', async () => {
      const text = JSON.stringify(await to.image('pull/manifest'), null, 3);
      await answered(to.putManifest('pull/manifest', 'v1', text), 201);
      for (const reference of ['v1', digestOf(text)]) {
        const answer = await answered(to.send('GET', `/v2/pull/manifest/manifests/${reference}`), 200);
        assert.equal(answer.headers.get('content-type'), types.manifest);
        assert.equal(answer.headers.get('docker-content-digest'), digestOf(text));
        assert.equal(await answer.text(), text);
      }
    });

    it('1.3 MUST give the content type it was pushed with, without parameters', async () => {
      const config = await to.pushBlob('pull/types', bytes());
      for (const mediaType of [types.manifest, types.dockerManifest]) {
        const text = JSON.stringify({ schemaVersion: 2, config, layers: [config] });
        await answered(to.putManifest('pull/types', 'v1', text, `${mediaType}; charset=utf-8`), 201);
        const answer = await answered(to.send('GET', '/v2/pull/types/manifests/v1'), 200);
        assert.equal(answer.headers.get('content-type'), mediaType);
      }
    });

    it('1.4 MUST answer 404 for a manifest that does not exist, by tag and by digest', async () => {
      await to.pushImage('pull/missing', 'v1');
      for (const reference of ['v2', digestOf('nothing'), digestOf('nothing', 'sha512')]) {
        await refused(to.send('GET', `/v2/pull/missing/manifests/${reference}`), 404, 'MANIFEST_UNKNOWN');
        await answered(to.send('HEAD', `/v2/pull/missing/manifests/${reference}`), 404);
      }
    });

    it('1.5 MUST answer 404 for a repository that does not exist', async () => {
      await refused(to.send('GET', '/v2/pull/nowhere/manifests/v1'), 404, 'NAME_UNKNOWN');
      await refused(to.send('GET', `/v2/pull/nowhere/blobs/${digestOf('x')}`), 404, 'NAME_UNKNOWN');
    });

    it('1.6 MUST take names and tags of the grammar, and refuse others', async () => {
      const names = ['a', 'a/b/c', 'a.b', 'a_b', 'a__b', 'a---b', '0/1', 'a'.repeat(255)];
      for (const name of names) await refused(to.send('GET', `/v2/${name}/manifests/x`), 404, 'NAME_UNKNOWN');
      const wrong = ['A', 'a/B', '_a', 'a_', 'a..b', 'a___b', '-a', 'a-', 'a//b', 'a%2Fb', 'a'.repeat(256)];
      for (const name of wrong) await refused(to.send('GET', `/v2/${name}/manifests/x`), 400, 'NAME_INVALID');
      for (const tag of ['.x', '-x', 'a'.repeat(129), 'a+b'])
        await refused(to.send('GET', `/v2/a/manifests/${tag}`), 400, 'MANIFEST_INVALID');
    });

    it('1.7 gives sparse and full indexes of OCI and Docker', async () => {
      const child = await to.pushImage('pull/index', 'child');
      const absent = { mediaType: types.manifest, digest: digestOf('elsewhere'), size: 5 };
      for (const mediaType of [types.index, types.dockerList]) {
        const index = { schemaVersion: 2, mediaType, manifests: [child, absent] };
        const { digest } = await to.pushManifest('pull/index', 'all', index, mediaType);
        const answer = await answered(to.send('GET', '/v2/pull/index/manifests/all'), 200);
        assert.equal(answer.headers.get('content-type'), mediaType);
        assert.equal(answer.headers.get('docker-content-digest'), digest);
      }
    });

    it('1.8 answers If-None-Match with 304', async () => {
      const { digest } = await to.pushImage('pull/unchanged', 'v1');
      const headers = { 'if-none-match': `"${digest}"` };
      await answered(to.send('GET', '/v2/pull/unchanged/manifests/v1', { headers }), 304);
      await answered(
        to.send('GET', '/v2/pull/unchanged/manifests/v1', { headers: { 'if-none-match': '"other"' } }),
        200,
      );
    });
  });

  describe('Pulling blobs (end-2)', () => {
    it('1.9 MUST give a blob with its digest and length', async () => {
      const content = bytes(300_000);
      const { digest } = await to.pushBlob('pull/blob', content);
      const answer = await answered(to.send('GET', `/v2/pull/blob/blobs/${digest}`), 200);
      assert.equal(answer.headers.get('docker-content-digest'), digest);
      assert.equal(answer.headers.get('content-length'), String(content.length));
      assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content));
    });

    it('1.10 gives an empty blob', async () => {
      const { digest } = await to.pushBlob('pull/blob', Buffer.alloc(0));
      const answer = await answered(to.send('GET', `/v2/pull/blob/blobs/${digest}`), 200);
      assert.equal((await answer.arrayBuffer()).byteLength, 0);
    });

    it('1.11 MUST answer 404 for a blob that the repository does not have, also where another one has it', async () => {
      const { digest } = await to.pushBlob('pull/elsewhere', bytes());
      await to.pushBlob('pull/here', bytes());
      await refused(to.send('GET', `/v2/pull/here/blobs/${digest}`), 404, 'BLOB_UNKNOWN');
      await answered(to.send('HEAD', `/v2/pull/here/blobs/${digest}`), 404);
    });

    it('1.12 MUST refuse a digest that breaks the grammar with 400', async () => {
      const wrong = [
        'sha256:abc',
        `sha256:${'A'.repeat(64)}`,
        `md5:${'a'.repeat(32)}`,
        'sha256',
        `sha512:${'a'.repeat(64)}`,
      ];
      for (const digest of wrong)
        await refused(to.send('GET', `/v2/a/blobs/${digest}`), 400, 'DIGEST_INVALID');
    });

    it('1.13 takes a percent-encoded digest', async () => {
      const { digest } = await to.pushBlob('pull/blob', bytes());
      await answered(to.send('GET', `/v2/pull/blob/blobs/${digest.replace(':', '%3A')}`), 200);
    });

    const ranges: readonly (readonly [header: string, start: number, end: number])[] = [
      ['bytes=0-0', 0, 1],
      ['bytes=10-19', 10, 20],
      ['bytes=990-', 990, 1000],
      ['bytes=-1', 999, 1000],
      ['bytes=-5000', 0, 1000],
      ['bytes=500-5000', 500, 1000],
    ];
    for (const [range, start, end] of ranges) {
      it(`1.14 SHOULD answer "Range: ${range}" with 206 and that part (RFC 9110, 14.2)`, async () => {
        const content = bytes(1000);
        const { digest } = await to.pushBlob('pull/ranges', content);
        const answer = await answered(
          to.send('GET', `/v2/pull/ranges/blobs/${digest}`, { headers: { range } }),
          206,
        );
        assert.equal(answer.headers.get('content-range'), `bytes ${start}-${end - 1}/1000`);
        assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content.subarray(start, end)));
      });
    }

    it('1.15 SHOULD answer a range outside of the blob with 416 and its length', async () => {
      const { digest } = await to.pushBlob('pull/ranges', bytes(1000));
      for (const range of ['bytes=1000-', 'bytes=2000-3000', 'bytes=-0']) {
        const answer = await answered(
          to.send('GET', `/v2/pull/ranges/blobs/${digest}`, { headers: { range } }),
          416,
        );
        assert.equal(answer.headers.get('content-range'), 'bytes */1000');
      }
    });

    it('1.16 sends all where a range is malformed, of another unit, of several parts, or of another version', async () => {
      const { digest } = await to.pushBlob('pull/ranges', bytes(1000));
      for (const range of ['bytes=9-1', 'lines=0-1', 'bytes=0-1,5-6', 'bytes=-', 'nonsense'])
        await answered(to.send('GET', `/v2/pull/ranges/blobs/${digest}`, { headers: { range } }), 200);
      const stale = { range: 'bytes=0-1', 'if-range': '"other"' };
      await answered(to.send('GET', `/v2/pull/ranges/blobs/${digest}`, { headers: stale }), 200);
      const fresh = { range: 'bytes=0-1', 'if-range': `"${digest}"` };
      await answered(to.send('GET', `/v2/pull/ranges/blobs/${digest}`, { headers: fresh }), 206);
    });

    it('1.17 answers If-None-Match with 304', async () => {
      const { digest } = await to.pushBlob('pull/ranges', bytes());
      const headers = { 'if-none-match': `"${digest}"` };
      await answered(to.send('GET', `/v2/pull/ranges/blobs/${digest}`, { headers }), 304);
    });
  });

  describe('Checking if content exists', () => {
    it('1.18 MUST answer HEAD of a blob with 200, digest and length, and no body', async () => {
      const { digest } = await to.pushBlob('pull/head', bytes(1234));
      const answer = await answered(to.send('HEAD', `/v2/pull/head/blobs/${digest}`), 200);
      assert.equal(answer.headers.get('docker-content-digest'), digest);
      assert.equal(answer.headers.get('content-length'), '1234');
      assert.equal(await answer.text(), '');
    });

    it('1.19 MUST answer HEAD of a manifest with 200, type, digest and length, and no body', async () => {
      const { digest, size } = await to.pushImage('pull/head', 'v1');
      for (const reference of ['v1', digest]) {
        const answer = await answered(to.send('HEAD', `/v2/pull/head/manifests/${reference}`), 200);
        assert.equal(answer.headers.get('content-type'), types.manifest);
        assert.equal(answer.headers.get('docker-content-digest'), digest);
        assert.equal(answer.headers.get('content-length'), String(size));
        assert.equal(await answer.text(), '');
      }
    });
  });
});
