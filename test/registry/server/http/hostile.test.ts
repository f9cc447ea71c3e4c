// What hostile clients send, as it comes on the wire: paths that want out, headers without end, bodies that lie, requests that never end.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { registryServer, type TestRegistry } from '../../../support/registry-server.ts';
import { answered, bytes, type Client, client, digestOf, receivedOf } from '../conformance/client.ts';

/** Sends text as it is; gives all that comes back until the server closes the connection. */
function raw(registry: TestRegistry, text: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(registry.url);
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (piece) => {
      said += piece.toString('latin1');
    });
    // The server may close while we still send.
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(said));
  });
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(answer)?.[1]);
const codeOf = (answer: string): string | undefined => /"code":"([A-Z_]+)"/.exec(answer)?.[1];

describe('Hostile requests', () => {
  let registry: TestRegistry;
  let to: Client;
  before(async () => {
    registry = await registryServer({ limits: { headersTimeout: 500, slowPeriod: 300, slowestRate: 1000 } });
    to = client(registry);
    await to.pushImage('a', 'v1');
  });
  after(() => registry[Symbol.asyncDispose]());

  const get = (path: string): Promise<string> =>
    raw(registry, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

  const digest = digestOf('x');
  const paths: readonly (readonly [path: string, status: number, code: string])[] = [
    ['/v2/../a/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a/../../etc/tags/list', 400, 'NAME_INVALID'],
    ['/v2/%2e%2e/a/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a/%2E%2E/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a%2f..%2fb/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a%00/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a%/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a%C3/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a%252e/tags/list', 400, 'NAME_INVALID'],
    ['/v2/A/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a+b/tags/list', 400, 'NAME_INVALID'],
    ['/v2//tags/list', 404, 'UNSUPPORTED'],
    ['/v2/a\\b/tags/list', 400, 'NAME_INVALID'],
    ['/v2/a/blobs/..', 400, 'DIGEST_INVALID'],
    ['/v2/a/blobs/sha256:%2e%2e%2fetc', 400, 'DIGEST_INVALID'],
    [`/v2/a/blobs/${digest}%00`, 400, 'DIGEST_INVALID'],
    [`/v2/a/blobs/${digest.toUpperCase()}`, 400, 'DIGEST_INVALID'],
    ['/v2/a/manifests/..', 400, 'MANIFEST_INVALID'],
    ['/v2/a/manifests/%2e%2e', 400, 'MANIFEST_INVALID'],
    ['/v2/a/manifests/sha256:..', 400, 'DIGEST_INVALID'],
    ['/v2/a/blobs/uploads/..', 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['/v2/a/blobs/uploads/%2e%2e%5cx', 404, 'BLOB_UPLOAD_UNKNOWN'],
    ['/v2/__proto__/tags/list', 400, 'NAME_INVALID'],
    ['/v2/constructor/tags/list', 404, 'NAME_UNKNOWN'],
    ['http://elsewhere/v2/a/tags/list', 404, 'UNSUPPORTED'],
    [`/v2/${'a/'.repeat(2000)}a/tags/list`, 400, 'NAME_INVALID'],
    [`/v2/?${'x'.repeat(9000)}`, 414, 'UNSUPPORTED'],
  ];
  for (const [path, status, code] of paths)
    it(`${path.slice(0, 60)} is answered with ${status} ${code}`, async () => {
      const answer = await get(path);
      assert.deepEqual([statusOf(answer), codeOf(answer)], [status, code], answer);
    });

  it('refuses headers beyond the limit with 431', async () => {
    const answer = await raw(registry, `GET /v2/ HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`);
    assert.equal(statusOf(answer), 431);
  });

  it('closes on headers that never end', async () => {
    const answer = await raw(registry, 'GET /v2/ HTTP/1.1\r\nHost: x\r\nX: ');
    assert.equal(statusOf(answer), 408);
  });

  it('closes on a body that hardly moves, and keeps what came of it', async () => {
    const location = await to.begin('a');
    const head = `PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`;
    await raw(registry, `${head}${'x'.repeat(100)}`);
    // What came is written while the connection is closed already.
    for (const deadline = Date.now() + 10_000; (await receivedOf(to, location)) === 0; await delay(5))
      assert.ok(Date.now() < deadline, 'nothing was kept');
    assert.equal(await receivedOf(to, location), 100);
  });

  it('keeps what came of a body that is cut off, and lets the client go on there', async () => {
    const location = await to.begin('a');
    const content = bytes(2_000_000);
    const { hostname, port } = new URL(registry.url);
    const socket = connect(Number(port), hostname);
    socket.write(`PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Length: ${content.length}\r\n\r\n`);
    socket.write(content.subarray(0, 1_500_000));
    while ((await receivedOf(to, location)) === 0) await delay(5);
    socket.destroy();
    for (let status = 416; status === 416; ) {
      const received = await receivedOf(to, location);
      assert.ok(received > 0 && received <= 1_500_000);
      const range = `${received}-${content.length - 1}`;
      const rest = { body: content.subarray(received), headers: { 'content-range': range } };
      status = (await to.send('PATCH', location, rest)).status;
    }
    await answered(to.put(location, digestOf(content)), 201);
  });

  it('answers before the end of a body that is too large, and the connection does not live on', async () => {
    const size = 5 * 1024 * 1024;
    const head = `PUT /v2/a/manifests/v2 HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nContent-Length: ${size}\r\n\r\n`;
    const answer = await raw(registry, Buffer.concat([Buffer.from(head), Buffer.alloc(size, 'x')]));
    assert.deepEqual([statusOf(answer), codeOf(answer)], [413, 'SIZE_INVALID']);
  });

  it('refuses a manifest without end that tells no length', async () => {
    const head =
      'PUT /v2/a/manifests/v2 HTTP/1.1\r\nHost: x\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = Buffer.concat([
      Buffer.from('100000\r\n'),
      Buffer.alloc(0x100000, 'x'),
      Buffer.from('\r\n'),
    ]);
    const answer = await raw(
      registry,
      Buffer.concat([Buffer.from(head), ...Array.from({ length: 6 }, () => chunk)]),
    );
    assert.deepEqual([statusOf(answer), codeOf(answer)], [413, 'SIZE_INVALID']);
  });

  it('refuses two lengths, and a length beside chunks: one request must not be two', async () => {
    for (const second of ['Content-Length: 6', 'Transfer-Encoding: chunked']) {
      const text = `PUT /v2/a/manifests/v2 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n${second}\r\n\r\nabcdef`;
      assert.equal(statusOf(await raw(registry, text)), 400);
    }
  });

  it('takes a manifest that is nested without end for what it is', async () => {
    const text = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
    const answer = await to.putManifest('a', 'deep', text);
    assert.equal(answer.status, 400);
  });

  it('refuses a digest that is no text', async () => {
    const config = { mediaType: 'a/b', size: 1, digest: { toString: 1 } };
    const answer = await to.putManifest('a', 'odd', JSON.stringify({ config }), 'application/x.any+json');
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /"MANIFEST_INVALID"/);
  });

  it('lets no pushed page run in a browser', async () => {
    const page = JSON.stringify({
      text: '<script>fetch("/v2/a/manifests/v1", { method: "DELETE" })</script>',
    });
    assert.equal((await to.putManifest('a', 'page', page, 'text/html')).status, 201);
    const answer = await to.send('GET', '/v2/a/manifests/page');
    assert.equal(answer.headers.get('content-type'), 'text/html');
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'; sandbox/);
  });

  it('has made nothing but what was pushed', () => {
    assert.deepEqual(readdirSync(join(registry.root, 'repositories')).sort(), ['a']);
    assert.deepEqual(readdirSync(join(registry.root, '..')), ['registry']);
  });
});
