// distribution-spec 1.1, "Content Management", error codes, and what is refused.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { errorStatuses, RegistryError } from '../../../../src/registry/server/index.ts';
import { registryServer, type TestRegistry } from '../../../support/registry-server.ts';
import { answered, bytes, type Client, client, digestOf, refused } from './client.ts';

describe('Content Management', () => {
  let registry: TestRegistry;
  let to: Client;
  before(async () => {
    registry = await registryServer();
    to = client(registry);
  });
  after(() => registry[Symbol.asyncDispose]());

  describe('Deleting tags (end-9)', () => {
    it('4.1 MUST answer 202; the tag is gone, the manifest and other tags stay', async () => {
      const { digest } = await to.pushImage('delete/tag', 'v1');
      const text = await (await to.send('GET', `/v2/delete/tag/manifests/${digest}`)).text();
      await answered(to.putManifest('delete/tag', 'v2', text), 201);
      await answered(to.send('DELETE', '/v2/delete/tag/manifests/v1'), 202);
      await refused(to.send('GET', '/v2/delete/tag/manifests/v1'), 404, 'MANIFEST_UNKNOWN');
      await answered(to.send('GET', '/v2/delete/tag/manifests/v2'), 200);
      await answered(to.send('GET', `/v2/delete/tag/manifests/${digest}`), 200);
      await refused(to.send('DELETE', '/v2/delete/tag/manifests/v1'), 404, 'MANIFEST_UNKNOWN');
    });
  });

  describe('Deleting Manifests (end-9)', () => {
    it('4.2 MUST answer 202; the manifest and every tag of it are gone', async () => {
      const { digest } = await to.pushImage('delete/manifest', 'v1');
      await answered(to.send('DELETE', `/v2/delete/manifest/manifests/${digest}`), 202);
      for (const reference of ['v1', digest])
        await refused(to.send('GET', `/v2/delete/manifest/manifests/${reference}`), 404, 'MANIFEST_UNKNOWN');
      const tags = await (await to.send('GET', '/v2/delete/manifest/tags/list')).json();
      assert.deepEqual(tags, { name: 'delete/manifest', tags: [] });
    });

    it('4.3 MUST answer 404 where the repository or the manifest does not exist', async () => {
      await refused(to.send('DELETE', `/v2/delete/nowhere/manifests/${digestOf('x')}`), 404, 'NAME_UNKNOWN');
      await refused(
        to.send('DELETE', `/v2/delete/manifest/manifests/${digestOf('x')}`),
        404,
        'MANIFEST_UNKNOWN',
      );
    });

    it('4.4 takes the manifest again', async () => {
      const text = JSON.stringify(await to.image('delete/again'));
      for (let turn = 0; turn < 2; turn++) {
        await answered(to.putManifest('delete/again', 'v1', text), 201);
        await answered(to.send('DELETE', `/v2/delete/again/manifests/${digestOf(text)}`), 202);
      }
    });
  });

  describe('Deleting Blobs (end-10)', () => {
    it('4.5 MUST answer 202, and 404 for a blob that is not found', async () => {
      const { digest } = await to.pushBlob('delete/blob', bytes());
      await answered(to.send('DELETE', `/v2/delete/blob/blobs/${digest}`), 202);
      await refused(to.send('GET', `/v2/delete/blob/blobs/${digest}`), 404, 'BLOB_UNKNOWN');
      await refused(to.send('DELETE', `/v2/delete/blob/blobs/${digest}`), 404, 'BLOB_UNKNOWN');
    });

    it('4.6 leaves the blob in other repositories', async () => {
      const content = bytes();
      const { digest } = await to.pushBlob('delete/one', content);
      await to.pushBlob('delete/two', content);
      await answered(to.send('DELETE', `/v2/delete/one/blobs/${digest}`), 202);
      await answered(to.send('GET', `/v2/delete/two/blobs/${digest}`), 200);
    });

    it('4.7 answers 405 for a blob that a manifest refers to', async () => {
      const image = await to.image('delete/used');
      const { digest } = await to.pushManifest('delete/used', 'v1', image);
      const [layer] = image.layers;
      await refused(to.send('DELETE', `/v2/delete/used/blobs/${layer?.digest}`), 405, 'DENIED');
      await answered(to.send('DELETE', `/v2/delete/used/manifests/${digest}`), 202);
      await answered(to.send('DELETE', `/v2/delete/used/blobs/${layer?.digest}`), 202);
    });
  });

  describe('Where it is switched off', () => {
    it('4.8 MUST answer 405 to deletions, and so to pushes, of a registry that can only be read', async () => {
      await using closed = await registryServer({ readonly: true });
      const there = client(closed);
      const requests = [
        there.send('DELETE', '/v2/a/manifests/v1'),
        there.send('DELETE', `/v2/a/manifests/${digestOf('x')}`),
        there.send('DELETE', `/v2/a/blobs/${digestOf('x')}`),
        there.send('POST', '/v2/a/blobs/uploads/'),
        there.putManifest('a', 'v1', '{}'),
      ];
      for (const request of requests) await refused(request, 405, 'UNSUPPORTED');
      await answered(there.send('GET', '/v2/'), 200);
    });
  });

  describe('Error Codes', () => {
    it('5.1 answers methods that a path does not have with 405 and those it has', async () => {
      const answer = await answered(to.send('PUT', '/v2/'), 405);
      assert.equal(answer.headers.get('allow'), 'GET, HEAD');
      await refused(to.send('POST', '/v2/a/manifests/v1'), 405, 'UNSUPPORTED');
      await refused(to.send('PATCH', `/v2/a/blobs/${digestOf('x')}`), 405, 'UNSUPPORTED');
    });

    it('5.2 answers paths that are none with 404', async () => {
      for (const path of ['/', '/v1/', '/v2/a', '/v2/a/blobs', '/v2/a/blobs/x/y', '/v2/a/tags'])
        await refused(to.send('GET', path), 404, 'UNSUPPORTED');
    });

    /** Each code with the status that the specification's table of endpoints has for it. */
    const codes = {
      BLOB_UNKNOWN: 404,
      BLOB_UPLOAD_INVALID: 400,
      BLOB_UPLOAD_UNKNOWN: 404,
      DIGEST_INVALID: 400,
      MANIFEST_BLOB_UNKNOWN: 404,
      MANIFEST_INVALID: 400,
      MANIFEST_UNKNOWN: 404,
      NAME_INVALID: 400,
      NAME_UNKNOWN: 404,
      SIZE_INVALID: 400,
      UNAUTHORIZED: 401,
      DENIED: 403,
      UNSUPPORTED: 400,
      TOOMANYREQUESTS: 429,
    } as const;
    it('5.3 has every code of the specification', () => {
      for (const [code, status] of Object.entries(codes))
        assert.equal(errorStatuses[code as keyof typeof codes], status);
    });

    it('5.4 MUST write errors as JSON with code, message and detail, whatever throws them', async () => {
      const detail = { repository: 'a', actions: ['pull'] };
      const authorize = async (): Promise<void> => {
        const headers = { 'www-authenticate': 'Basic realm="caisson"' };
        throw new RegistryError('UNAUTHORIZED', 'Log in first', { detail, headers });
      };
      await using closed = await registryServer({ authorize });
      const answer = await answered(client(closed).send('GET', '/v2/a/tags/list'), 401);
      assert.equal(answer.headers.get('www-authenticate'), 'Basic realm="caisson"');
      assert.equal(answer.headers.get('docker-distribution-api-version'), 'registry/2.0');
      assert.deepEqual(await answer.json(), {
        errors: [{ code: 'UNAUTHORIZED', message: 'Log in first', detail }],
      });
    });

    it('5.5 tells nothing of the inside of the server when it fails, but its log does', async () => {
      const authorize = async (): Promise<void> => {
        throw new Error('secret path');
      };
      await using broken = await registryServer({ authorize });
      const answer = await answered(client(broken).send('GET', '/v2/'), 500);
      assert.doesNotMatch(await answer.text(), /secret/);
      assert.match(broken.warnings.join('\n'), /GET \/v2\/ failed: Error: secret path/);
    });
  });
});
