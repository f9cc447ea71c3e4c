// A pull-through cache in front of Debian's docker-registry and of another registry of ours.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Scope } from '../../../../src/core/index.ts';
import { mediaTypes, sha256 } from '../../../../src/oci/index.ts';
import { check } from '../../../../src/registry/server/collect/index.ts';
import { parseMirror } from '../../../../src/registry/server/mirror/upstreams.ts';
import { cannotRunDockerRegistry, dockerRegistry } from '../../../support/docker-registry.ts';
import { pushBlob } from '../collect/content.ts';
import { operatedRegistry } from '../operated.ts';

/** Pushes an image with one layer over HTTP; gives the manifest's digest and the layer. */
async function push(url: string, repository: string, tag: string, layer = randomBytes(3_000_000)) {
  for (const bytes of [layer, Buffer.from('{}')]) {
    const begun = await fetch(`${url}/v2/${repository}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', url);
    place.searchParams.set('digest', sha256(bytes));
    const body = new Uint8Array(bytes);
    const headers = { 'content-type': 'application/octet-stream' };
    assert.equal((await fetch(place, { method: 'PUT', body, headers })).status, 201);
  }
  const descriptor = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: sha256(bytes),
    size: bytes.length,
  });
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: descriptor(mediaTypes.ociConfig, Buffer.from('{}')),
    layers: [descriptor(mediaTypes.ociLayer, layer)],
  });
  const put = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    body: manifest,
    headers: { 'content-type': mediaTypes.ociManifest },
  });
  assert.equal(put.status, 201, await put.text());
  return { digest: sha256(manifest), layer };
}

const accept = { accept: mediaTypes.ociManifest };

async function pull(url: string, repository: string, reference: string, query = '') {
  const response = await fetch(`${url}/v2/${repository}/manifests/${reference}${query}`, { headers: accept });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, digest: sha256(bytes), text: bytes.toString() };
}

async function pullBlob(url: string, repository: string, digest: string) {
  const response = await fetch(`${url}/v2/${repository}/blobs/${digest}`);
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

describe('a mirror', { skip: cannotRunDockerRegistry }, () => {
  it('keeps what is pulled through it, and serves it while upstream is out', async () => {
    await using upstream = await dockerRegistry();
    const { digest, layer } = await push(upstream.url, 'library/app', 'v1');
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${upstream.url}`] }));
    assert.equal((await pull(mirror.url, 'hub/library/app', 'v1')).digest, digest);
    for (let turn = 0; turn < 2; turn += 1)
      assert.deepEqual(await pullBlob(mirror.url, 'hub/library/app', sha256(layer)), {
        status: 200,
        bytes: layer,
      });
    const fetches = upstream
      .requests()
      .filter((line) => line.startsWith(`GET /v2/library/app/blobs/${sha256(layer)}`));
    assert.equal(fetches.length, 1);
    await upstream.kill();
    assert.equal((await pull(mirror.url, 'hub/library/app', 'v1')).digest, digest);
    assert.equal((await pull(mirror.url, 'hub/library/app', digest)).digest, digest);
    assert.deepEqual((await pullBlob(mirror.url, 'hub/library/app', sha256(layer))).bytes, layer);
    const tags = await fetch(`${mirror.url}/v2/hub/library/app/tags/list`).then((response) =>
      response.json(),
    );
    assert.deepEqual(tags, { name: 'hub/library/app', tags: ['v1'] });
  });

  it('says what it cannot serve while upstream is out, and serves it when upstream is back', async () => {
    await using upstream = await dockerRegistry();
    const { digest } = await push(upstream.url, 'app', 'v1');
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${upstream.url}`] }));
    await upstream.kill();
    const refused = await pull(mirror.url, 'hub/app', 'v1');
    assert.equal(refused.status, 503);
    assert.match(refused.text, /"UNAVAILABLE".*cannot be asked/);
    await upstream.start();
    assert.equal((await pull(mirror.url, 'hub/app', 'v1')).digest, digest);
  });

  it('says that nothing listens, also where something did', async () => {
    await using scope = new Scope();
    const upstream = scope.use(await operatedRegistry({}, () => ({})));
    const { digest } = await push(upstream.url, 'app', 'v1');
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${upstream.url}`] }));
    assert.equal((await pull(mirror.url, 'hub/app', 'v1')).digest, digest);
    await scope[Symbol.asyncDispose]();
    assert.equal((await pull(mirror.url, 'hub/app', 'other')).status, 503);
    assert.match(mirror.warnings.join('\n'), /cannot be asked: .*nothing listens there/);
  });

  it('follows a tag that moves, and a tag that goes', async () => {
    await using upstream = await dockerRegistry({ delete: true });
    await push(upstream.url, 'app', 'latest');
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${upstream.url}`] }));
    const first = await pull(mirror.url, 'hub/app', 'latest');
    const { digest } = await push(upstream.url, 'app', 'latest');
    assert.notEqual(first.digest, digest);
    const current = async () => (await pull(mirror.url, 'hub/app', 'latest')).digest === digest;
    for (const deadline = Date.now() + 20_000; !(await current()); await delay(200))
      assert.ok(Date.now() < deadline);
    assert.equal((await pull(mirror.url, 'hub/app', 'none')).status, 404);
    // The one before is still there by its digest.
    assert.equal((await pull(mirror.url, 'hub/app', first.digest)).status, 200);
  });

  it('knows several upstreams by the first part of a name, by ns, and one for names without', async () => {
    await using one = await dockerRegistry();
    await using two = await operatedRegistry({}, () => ({}));
    const a = await push(one.url, 'library/a', 'v1', Buffer.from('a'));
    const b = await push(two.url, 'team/b', 'v1', Buffer.from('b'));
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`docker.io=${one.url}`, two.url] }));
    assert.equal((await pull(mirror.url, 'docker.io/library/a', 'v1')).digest, a.digest);
    assert.equal((await pull(mirror.url, 'library/a', 'v1', '?ns=docker.io')).digest, a.digest);
    assert.equal((await pull(mirror.url, 'library/a', 'v1', `?ns=${one.domain}`)).digest, a.digest);
    assert.equal((await pull(mirror.url, 'library/a', 'v1', '?ns=quay.io')).status, 404);
    assert.equal((await pull(mirror.url, 'team/b', 'v1')).digest, b.digest);
    assert.deepEqual(await mirror.storage.repositories({}), ['docker.io/library/a', 'team/b']);
  });

  it('fetches a blob once for many who ask at once, also in parts', async () => {
    await using upstream = await dockerRegistry();
    const { layer } = await push(upstream.url, 'app', 'v1', randomBytes(8_000_000));
    const digest = sha256(layer);
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${upstream.url}`] }));
    const whole = Array.from({ length: 8 }, () => pullBlob(mirror.url, 'hub/app', digest));
    const part = fetch(`${mirror.url}/v2/hub/app/blobs/${digest}`, {
      headers: { range: 'bytes=7000000-7000099' },
    });
    for (const { bytes } of await Promise.all(whole)) assert.ok(bytes.equals(layer));
    const answer = await part;
    assert.deepEqual(
      [answer.status, Buffer.from(await answer.arrayBuffer())],
      [206, layer.subarray(7_000_000, 7_000_100)],
    );
    const fetches = upstream.requests().filter((line) => line.startsWith(`GET /v2/app/blobs/${digest}`));
    assert.equal(fetches.length, 1);
  });

  it('takes no pushes to what it keeps, and forgets what it is told to', async () => {
    await using upstream = await dockerRegistry();
    const { digest } = await push(upstream.url, 'app', 'v1', Buffer.from('x'));
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${upstream.url}`] }));
    await push(mirror.url, 'own/app', 'v1', Buffer.from('y'));
    const refused = await fetch(`${mirror.url}/v2/hub/app/blobs/uploads/`, { method: 'POST' });
    assert.equal(refused.status, 403);
    assert.match(await refused.text(), /\\"hub\/app\\" is kept for \\"127\.0\.0\.1:\d+\\"; push it there/);
    await pull(mirror.url, 'hub/app', 'v1');
    assert.equal(
      (await fetch(`${mirror.url}/v2/hub/app/manifests/${digest}`, { method: 'DELETE' })).status,
      202,
    );
    assert.deepEqual(await mirror.storage.manifests('hub/app', {}), []);
  });

  it('does not give blobs of its own repositories to who asks for them as upstream', async () => {
    await using upstream = await dockerRegistry();
    await push(upstream.url, 'app', 'v1', Buffer.from('x'));
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${upstream.url}`] }));
    const { digest } = await pushBlob(mirror.storage, 'own/secret');
    assert.equal((await pullBlob(mirror.url, 'hub/app', digest)).status, 404);
  });

  it('is found to be in order when it has a manifest, and not yet its blobs', async () => {
    await using upstream = await dockerRegistry();
    await push(upstream.url, 'app', 'v1', Buffer.from('x'));
    await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${upstream.url}`] }));
    await pull(mirror.url, 'hub/app', 'v1');
    const [record] = await mirror.storage.manifests('hub/app', {});
    assert.equal(record?.incomplete, true);
    const { signal } = new AbortController();
    assert.deepEqual((await check(mirror.storage, { repair: false, signal })).findings, []);
  });
});

describe('a mirror of a registry that lies', () => {
  it('keeps nothing that has another digest, or another size', async () => {
    const good = randomBytes(300_000);
    const digest = sha256(good);
    const bad = Buffer.from(good);
    bad.writeUInt8(bad.readUInt8(100) ^ 1, 100);
    const server = createServer((request, response) => {
      response.writeHead(200, { 'content-length': bad.length, 'docker-content-digest': digest });
      response.end(request.method === 'HEAD' ? undefined : bad);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await using mirror = await operatedRegistry({}, () => ({ mirrors: [`hub=${url}`] }));
      await pullBlob(mirror.url, 'hub/app', digest).catch(() => undefined);
      for (const deadline = Date.now() + 20_000; mirror.warnings.length === 0; await delay(20))
        assert.ok(Date.now() < deadline);
      assert.equal(await mirror.storage.blob('hub/app', digest), undefined);
      assert.deepEqual(await mirror.storage.uploads(), []);
      assert.equal((await pull(mirror.url, 'hub/app', digest)).status, 503);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('mirrors as they are written', () => {
  it('have a name, or none', () => {
    const { name, url, domain } = parseMirror('docker.io=https://registry-1.docker.io');
    assert.deepEqual([name, url.href, domain], ['docker.io', 'https://registry-1.docker.io/', 'docker.io']);
    assert.equal(parseMirror('http://[::1]:5000').name, undefined);
    assert.equal(parseMirror('https://cache.example/path?').domain, 'cache.example');
  });

  const refused = [
    ['docker.io', /has no http or https URL/],
    ['ftp://x', /has no http or https URL/],
    ['A_=https://x', /cannot be the first part/],
    ['..=https://x', /cannot be the first part/],
    ['x=https://user:pass@host', /its URL has credentials/],
    ['x=https://host/?a=b', /a query or a fragment/],
  ] as const;
  for (const [text, message] of refused)
    it(`are refused as ${text}`, () => {
      assert.throws(() => parseMirror(text), { code: 'MIRROR_INVALID', message });
    });
});
