// distribution-spec 1.1, "Push": blobs in one piece, in chunks, mounted; manifests.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { registryServer, type TestRegistry } from '../../../support/registry-server.ts';
import { answered, bytes, type Client, client, digestOf, receivedOf, refused, types } from './client.ts';

/** The header, which must be there. */
function header(answer: Response, name: string): string {
  return answer.headers.get(name) ?? assert.fail(`There is no ${name}`);
}

describe('Push', () => {
  let registry: TestRegistry;
  let to: Client;
  before(async () => {
    registry = await registryServer();
    to = client(registry);
  });
  after(() => registry[Symbol.asyncDispose]());

  const isThere = async (
    name: string,
    content: Buffer<ArrayBuffer>,
    algorithm: 'sha256' | 'sha512' = 'sha256',
  ) => {
    const answer = await answered(to.send('GET', `/v2/${name}/blobs/${digestOf(content, algorithm)}`), 200);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(content));
  };

  describe('Pushing a blob monolithically: POST then PUT (end-4a, end-6)', () => {
    it('2.1 MUST answer POST with 202 and a Location with a UUID', async () => {
      const answer = await answered(to.send('POST', '/v2/push/post/blobs/uploads/'), 202);
      assert.match(header(answer, 'location'), /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/);
      assert.notEqual(header(answer, 'location'), await to.begin('push/post'));
    });

    it('2.2 MUST answer PUT with 201 and the Location of the blob', async () => {
      const content = bytes();
      const answer = await answered(
        to.put(await to.begin('push/put'), digestOf(content), { body: content }),
        201,
      );
      await answered(to.send('HEAD', header(answer, 'location')), 200);
      assert.equal(header(answer, 'docker-content-digest'), digestOf(content));
      await isThere('push/put', content);
    });

    it('2.3 takes sha512', async () => {
      const content = bytes();
      await answered(to.put(await to.begin('push/put'), digestOf(content, 'sha512'), { body: content }), 201);
      await isThere('push/put', content, 'sha512');
    });

    it('2.4 MUST refuse content of another digest, of which nothing is kept', async () => {
      const location = await to.begin('push/wrong');
      await refused(to.put(location, digestOf('other'), { body: bytes() }), 400, 'DIGEST_INVALID');
      await answered(to.send('HEAD', `/v2/push/wrong/blobs/${digestOf('other')}`), 404);
      await refused(to.send('GET', location), 404, 'BLOB_UPLOAD_UNKNOWN');
    });

    it('2.5 refuses PUT without a digest, or with one that breaks the grammar', async () => {
      const location = await to.begin('push/wrong');
      await refused(to.send('PUT', location, { body: bytes() }), 400, 'DIGEST_INVALID');
      await refused(to.put(location, 'sha256:xyz', { body: bytes() }), 400, 'DIGEST_INVALID');
    });

    it('2.6 takes one blob twice', async () => {
      const content = bytes();
      await to.pushBlob('push/twice', content);
      await to.pushBlob('push/twice', content);
      await isThere('push/twice', content);
    });
  });

  describe('Pushing a blob monolithically: single POST (end-4b)', () => {
    it('2.7 MUST answer with 201 and the Location of the blob', async () => {
      const content = bytes();
      const path = `/v2/push/single/blobs/uploads/?digest=${digestOf(content)}`;
      const answer = await answered(to.send('POST', path, { body: content }), 201);
      await answered(to.send('HEAD', header(answer, 'location')), 200);
      await isThere('push/single', content);
    });

    it('2.8 MUST refuse content of another digest', async () => {
      const path = `/v2/push/single/blobs/uploads/?digest=${digestOf('other')}`;
      await refused(to.send('POST', path, { body: bytes() }), 400, 'DIGEST_INVALID');
    });
  });

  describe('Pushing a blob in chunks (end-5, end-6, end-13)', () => {
    const patch = (location: string, chunk: Buffer<ArrayBuffer>, range?: string) =>
      to.send('PATCH', location, {
        body: chunk,
        headers: { 'content-type': 'application/octet-stream', ...(range ? { 'content-range': range } : {}) },
      });

    it('2.9 MUST answer each chunk with 202, a Location and a Range, and the closing PUT with 201', async () => {
      const content = bytes(3000);
      let location = await to.begin('push/chunks');
      for (const start of [0, 1000, 2000]) {
        const range = `${start}-${start + 999}`;
        const answer = await answered(patch(location, content.subarray(start, start + 1000), range), 202);
        assert.equal(header(answer, 'range'), `0-${start + 999}`);
        location = header(answer, 'location');
      }
      const closed = await answered(to.put(location, digestOf(content)), 201);
      await answered(to.send('HEAD', header(closed, 'location')), 200);
      await isThere('push/chunks', content);
    });

    it('2.10 takes the last chunk with the closing PUT', async () => {
      const content = bytes(2000);
      const answer = await answered(
        patch(await to.begin('push/last'), content.subarray(0, 1500), '0-1499'),
        202,
      );
      const last = { body: content.subarray(1500), headers: { 'content-range': '1500-1999' } };
      await answered(to.put(header(answer, 'location'), digestOf(content), last), 201);
      await isThere('push/last', content);
    });

    it('2.11 MUST answer a chunk out of order with 416, and says where to go on', async () => {
      const content = bytes(2000);
      const location = await to.begin('push/order');
      await refused(patch(location, content.subarray(1000), '1000-1999'), 416, 'BLOB_UPLOAD_INVALID');
      await answered(patch(location, content.subarray(0, 1000), '0-999'), 202);
      const again = await answered(patch(location, content.subarray(0, 1000), '0-999'), 416);
      assert.equal(header(again, 'range'), '0-999');
      assert.ok(header(again, 'location'));
      await answered(patch(location, content.subarray(1000), '1000-1999'), 202);
      await answered(to.put(location, digestOf(content)), 201);
    });

    it('2.12 refuses a closing PUT out of order with 416', async () => {
      const content = bytes(2000);
      const location = await to.begin('push/order');
      await answered(patch(location, content.subarray(0, 1000), '0-999'), 202);
      const last = { body: content.subarray(1500), headers: { 'content-range': '1500-1999' } };
      await refused(to.put(location, digestOf(content), last), 416, 'BLOB_UPLOAD_INVALID');
    });

    it('2.13 refuses a Content-Range that is none, or of another length than the chunk', async () => {
      const location = await to.begin('push/range');
      await refused(patch(location, bytes(10), 'all'), 416, 'BLOB_UPLOAD_INVALID');
      await refused(patch(location, bytes(10), '0-4'), 400, 'SIZE_INVALID');
      await refused(patch(location, bytes(10), '9-0'), 400, 'SIZE_INVALID');
      // Without a Content-Length the length is known only in the end.
      for (const range of ['0-8', '0-10']) {
        const body = new Blob([bytes(10)]).stream();
        const options: RequestInit = { body, duplex: 'half', headers: { 'content-range': range } };
        await refused(to.send('PATCH', location, options), 400, 'SIZE_INVALID');
        assert.equal(await receivedOf(to, location), 0);
      }
    });

    it('2.14 MUST answer GET of an upload with 204, a Location and a Range', async () => {
      const location = await to.begin('push/status');
      assert.equal(header(await answered(to.send('GET', location), 204), 'range'), '0-0');
      await answered(patch(location, bytes(10), '0-9'), 202);
      const answer = await answered(to.send('GET', location), 204);
      assert.equal(header(answer, 'range'), '0-9');
      await answered(patch(header(answer, 'location'), bytes(10), '10-19'), 202);
    });

    it('2.15 takes a stream: no Content-Range, and chunked transfer encoding', async () => {
      const content = bytes(200_000);
      const stream = new ReadableStream({
        start(controller) {
          for (let at = 0; at < content.length; at += 50_000)
            controller.enqueue(content.subarray(at, at + 50_000));
          controller.close();
        },
      });
      const options: RequestInit = { body: stream, duplex: 'half' };
      const answer = await answered(to.send('PATCH', await to.begin('push/stream'), options), 202);
      assert.equal(header(answer, 'range'), '0-199999');
      await answered(to.put(header(answer, 'location'), digestOf(content)), 201);
      await isThere('push/stream', content);
    });

    it('2.16 MUST refuse chunks that are not of the digest in the end', async () => {
      const location = await to.begin('push/wrong');
      await answered(patch(location, bytes(10), '0-9'), 202);
      await refused(to.put(location, digestOf('other')), 400, 'DIGEST_INVALID');
    });

    it('2.17 answers 404 for an upload that is not there, of another repository, or with an id that is none', async () => {
      const location = await to.begin('push/one');
      const id = location.split('/').at(-1);
      const absent = ['00000000-0000-4000-8000-000000000000', '...', 'x', `${id}x`, '%00'];
      const paths = [
        `/v2/push/two/blobs/uploads/${id}`,
        ...absent.map((other) => `/v2/push/one/blobs/uploads/${other}`),
      ];
      for (const path of paths) {
        await refused(to.send('GET', path), 404, 'BLOB_UPLOAD_UNKNOWN');
        await refused(patch(path, bytes(10)), 404, 'BLOB_UPLOAD_UNKNOWN');
        await refused(to.put(path, digestOf('x')), 404, 'BLOB_UPLOAD_UNKNOWN');
        await refused(to.send('DELETE', path), 404, 'BLOB_UPLOAD_UNKNOWN');
      }
      await answered(to.send('GET', location), 204);
    });
  });

  describe('Cancel a blob upload (end-14)', () => {
    it('2.18 SHOULD answer DELETE of an upload with 204, after which it is unknown', async () => {
      const location = await to.begin('push/cancel');
      await answered(to.send('DELETE', location), 204);
      await refused(to.send('GET', location), 404, 'BLOB_UPLOAD_UNKNOWN');
    });
  });

  describe('Mounting a blob from another repository (end-11)', () => {
    it('2.19 MUST answer a mount with 201 and the Location of the blob', async () => {
      const content = bytes();
      const { digest } = await to.pushBlob('mount/from', content);
      const path = `/v2/mount/to/blobs/uploads/?mount=${digest}&from=mount/from`;
      const answer = await answered(to.send('POST', path), 201);
      assert.equal(header(answer, 'location'), `/v2/mount/to/blobs/${digest}`);
      assert.equal(header(answer, 'docker-content-digest'), digest);
      await isThere('mount/to', content);
    });

    it('2.20 SHOULD begin an upload where the other repository does not have the blob', async () => {
      const { digest } = await to.pushBlob('mount/from', bytes());
      for (const query of [
        `mount=${digest}&from=mount/nowhere`,
        `mount=${digestOf('x')}&from=mount/from`,
        'mount=nonsense&from=a',
      ]) {
        const answer = await answered(to.send('POST', `/v2/mount/other/blobs/uploads/?${query}`), 202);
        await answered(to.send('GET', header(answer, 'location')), 204);
      }
    });

    it('2.21 MAY mount without "from": it does where the registry is open to all, else it begins an upload', async () => {
      const { digest } = await to.pushBlob('mount/from', bytes());
      await answered(to.send('POST', `/v2/mount/any/blobs/uploads/?mount=${digest}`), 201);
      await using closed = await registryServer({ authorize: async () => undefined });
      const there = client(closed);
      const pushed = await there.pushBlob('mount/from', bytes());
      await answered(there.send('POST', `/v2/mount/any/blobs/uploads/?mount=${pushed.digest}`), 202);
    });

    it('2.22 refuses a "from" that is no name', async () => {
      const path = `/v2/mount/to/blobs/uploads/?mount=${digestOf('x')}&from=../x`;
      await refused(to.send('POST', path), 400, 'NAME_INVALID');
    });
  });

  describe('Pushing Manifests (end-7)', () => {
    it('2.23 MUST answer with 201, a Location to pull from, and the digest', async () => {
      const text = JSON.stringify(await to.image('manifest/put'));
      const answer = await answered(to.putManifest('manifest/put', 'v1', text), 201);
      assert.equal(header(answer, 'docker-content-digest'), digestOf(text));
      const pulled = await answered(to.send('GET', header(answer, 'location')), 200);
      assert.equal(await pulled.text(), text);
    });

    it('2.24 takes a manifest by its digest, sha256 or sha512, without a tag', async () => {
      const text = JSON.stringify(await to.image('manifest/digest'));
      for (const algorithm of ['sha256', 'sha512'] as const) {
        const digest = digestOf(text, algorithm);
        const answer = await answered(to.putManifest('manifest/digest', digest, text), 201);
        assert.equal(header(answer, 'docker-content-digest'), digest);
        await answered(to.send('GET', `/v2/manifest/digest/manifests/${digest}`), 200);
      }
      await refused(to.putManifest('manifest/digest', digestOf('other'), text), 400, 'DIGEST_INVALID');
    });

    it('2.25 MUST keep an earlier manifest when its tag is given to another', async () => {
      const first = await to.pushImage('manifest/moved', 'v1');
      const second = await to.pushImage('manifest/moved', 'v1');
      const answer = await answered(to.send('HEAD', '/v2/manifest/moved/manifests/v1'), 200);
      assert.equal(header(answer, 'docker-content-digest'), second.digest);
      await answered(to.send('HEAD', `/v2/manifest/moved/manifests/${first.digest}`), 200);
    });

    it('2.26 MUST answer MANIFEST_BLOB_UNKNOWN for blobs that the repository does not have', async () => {
      await to.pushImage('manifest/blobs', 'v1');
      const config = await to.pushBlob('manifest/blobs', bytes());
      const elsewhere = await to.pushBlob('manifest/elsewhere', bytes());
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: types.manifest,
        config,
        layers: [elsewhere],
      });
      await refused(to.putManifest('manifest/blobs', 'v2', manifest), 404, 'MANIFEST_BLOB_UNKNOWN');
      await refused(to.send('GET', '/v2/manifest/blobs/manifests/v2'), 404, 'MANIFEST_UNKNOWN');
    });

    it('2.27 takes layers that are kept elsewhere without their bytes', async () => {
      const config = await to.pushBlob('manifest/foreign', bytes());
      const foreign = {
        mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
        digest: digestOf('x'),
        size: 1,
        urls: ['https://example.com/x'],
      };
      await to.pushManifest('manifest/foreign', 'v1', {
        schemaVersion: 2,
        mediaType: types.manifest,
        config,
        layers: [foreign],
      });
    });

    it('2.28 SHOULD ignore parameters of the Content-Type', async () => {
      const text = JSON.stringify(await to.image('manifest/type'));
      await answered(to.putManifest('manifest/type', 'v1', text, `${types.manifest};charset=utf-8`), 201);
    });

    it('2.29 takes artifacts of any media type, and manifests with an empty list of layers', async () => {
      const empty = await to.pushBlob('manifest/artifact', Buffer.from('{}'), types.empty);
      const artifact = {
        schemaVersion: 2,
        mediaType: types.manifest,
        artifactType: 'application/vnd.example',
        config: empty,
        layers: [],
      };
      await to.pushManifest('manifest/artifact', 'v1', artifact);
      const own = 'application/vnd.example.manifest.v1+json';
      await to.pushManifest('manifest/artifact', 'v2', { mediaType: own, anything: [1, 2] }, own);
      const answer = await answered(to.send('GET', '/v2/manifest/artifact/manifests/v2'), 200);
      assert.equal(header(answer, 'content-type'), own);
    });

    const base = { schemaVersion: 2, mediaType: types.manifest };
    const descriptor = { mediaType: 'a/b', digest: digestOf('x'), size: 1 };
    const invalid: readonly (readonly [what: string, text: string, type?: string])[] = [
      ['no JSON', 'nothing'],
      ['no object', '[]'],
      ['nothing', ''],
      [
        'schema version 1',
        JSON.stringify({ schemaVersion: 1, fsLayers: [] }),
        'application/vnd.docker.distribution.manifest.v1+prettyjws',
      ],
      ['another mediaType than its Content-Type', JSON.stringify({ ...base, mediaType: types.index })],
      ['no config', JSON.stringify({ ...base, layers: [] })],
      ['no layers', JSON.stringify({ ...base, config: descriptor })],
      [
        'both layers and manifests',
        JSON.stringify({ ...base, config: descriptor, layers: [], manifests: [] }),
      ],
      ['layers in an index', JSON.stringify({ schemaVersion: 2, manifests: [], layers: [] }), types.index],
      [
        'a digest with a path',
        JSON.stringify({ ...base, config: { ...descriptor, digest: 'sha256:../../x' }, layers: [] }),
      ],
      ['a negative size', JSON.stringify({ ...base, config: { ...descriptor, size: -1 }, layers: [] })],
      [
        'annotations that are no texts',
        JSON.stringify({ schemaVersion: 2, manifests: [], annotations: { a: 1 } }),
        types.index,
      ],
      [
        'a subject that is none',
        JSON.stringify({ schemaVersion: 2, manifests: [], subject: 'x' }),
        types.index,
      ],
      ['no media type at all', JSON.stringify({ schemaVersion: 2 }), ''],
    ];
    for (const [what, text, type] of invalid)
      it(`2.30 refuses a manifest with ${what} as MANIFEST_INVALID`, () =>
        refused(to.putManifest('manifest/invalid', 'v1', text, type), 400, 'MANIFEST_INVALID'));

    it('2.31 SHOULD take manifests of 4 MiB, and answer 413 beyond', async () => {
      const config = await to.pushBlob('manifest/large', bytes());
      const sized = (size: number): string => {
        const value = {
          schemaVersion: 2,
          mediaType: types.manifest,
          config,
          layers: [],
          annotations: { x: '' },
        };
        value.annotations.x = 'x'.repeat(size - JSON.stringify(value).length);
        return JSON.stringify(value);
      };
      const limit = 4 * 1024 * 1024;
      await answered(to.putManifest('manifest/large', 'v1', sized(limit)), 201);
      await refused(to.putManifest('manifest/large', 'v2', sized(limit + 1)), 413, 'SIZE_INVALID');
    });

    it('2.32 MUST take a manifest whose subject does not exist, and answer with OCI-Subject', async () => {
      const subject = { mediaType: types.manifest, digest: digestOf('later'), size: 5 };
      const text = JSON.stringify(await to.image('manifest/subject', { subject }));
      const answer = await answered(to.putManifest('manifest/subject', 'v1', text), 201);
      assert.equal(header(answer, 'oci-subject'), subject.digest);
      const index = JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests: [], subject });
      const second = await answered(to.putManifest('manifest/subject', 'v2', index, types.index), 201);
      assert.equal(header(second, 'oci-subject'), subject.digest);
    });
  });
});
