// What a server takes at once, and how it ends.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Middleware, RegistryError } from '../../../../src/registry/server/index.ts';
import { registryProcess, registryServer, type TestRegistry } from '../../../support/registry-server.ts';
import { answered, bytes, client, digestOf, receivedOf, refused } from '../conformance/client.ts';

/** A body that goes on until it is told to end. */
function slowBody(first: Uint8Array): { readonly body: ReadableStream; end(): void } {
  let end = (): void => undefined;
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(first);
      end = () => controller.close();
    },
  });
  return { body, end: () => end() };
}

/** A request from an address of its own that sends random bytes; `received` says how many the server has read. */
function slowPut({ url }: TestRegistry, localAddress: string, path: string, received: () => number) {
  const outgoing = request(new URL(path, url), { method: 'PUT', localAddress });
  outgoing.on('error', () => undefined);
  const answer = once(outgoing, 'response').then(([message]: IncomingMessage[]) => {
    message?.resume();
    return { status: message?.statusCode, retryAfter: message?.headers['retry-after'] };
  });
  answer.catch(() => undefined);
  return {
    answer,
    socket: outgoing,
    end: () => void outgoing.end(),
    /** Resolves when the server has read the bytes. */
    async send(size: number): Promise<void> {
      outgoing.write(bytes(size));
      for (const deadline = Date.now() + 10_000; received() < size; await delay(5))
        assert.ok(Date.now() < deadline);
      await delay(5);
    },
  };
}

/** Large enough for the server to write some of it before the end. */
const noticed = 1_000_000;

describe('Limits', () => {
  it('refuses more uploads at once than allowed with 429, until there is room', async () => {
    let arrived = 0;
    const count: Middleware = (exchange, next) => {
      if (exchange.method === 'PATCH') arrived += 1;
      return next();
    };
    await using registry = await registryServer({
      limits: { uploads: 3, uploadsPerClient: 2 },
      middleware: [count],
    });
    const to = client(registry);
    const slow = [slowBody(bytes(10)), slowBody(bytes(10))];
    const running = [];
    for (const { body } of slow)
      running.push(to.send('PATCH', await to.begin('a'), { body, duplex: 'half' }));
    while (arrived < 2) await delay(5);
    const location = await to.begin('a');
    const refusal = await to.send('PATCH', location, { body: bytes(10) });
    assert.equal(refusal.headers.get('retry-after'), '1');
    assert.equal(refusal.status, 429);
    await answered(to.send('GET', '/v2/'), 200);
    for (const { end } of slow) end();
    for (const response of running) await answered(response, 202);
    await answered(to.send('PATCH', location, { body: bytes(10) }), 202);
  });

  it('holds no more bytes of manifests than allowed, of all and of one client, and frees them whatever ends', async () => {
    const arrived = new Map<string, Socket>();
    const note: Middleware = (exchange, next) => {
      arrived.set(exchange.path, exchange.request.socket);
      return next();
    };
    await using registry = await registryServer({
      limits: { manifestSize: 300_000, bodyMemory: 400_000, bodyMemoryPerClient: 200_000 },
      middleware: [note],
    });
    const from = (address: string, tag: string) => {
      const path = `/v2/a/manifests/${tag}`;
      return slowPut(registry, address, path, () => arrived.get(path)?.bytesRead ?? 0);
    };
    const first = from('127.0.0.2', 'one');
    await first.send(150_000);
    const second = from('127.0.0.2', 'two');
    await second.send(100_000);
    assert.deepEqual(await second.answer, { status: 429, retryAfter: '1' });
    // Another client has its own share, until all is taken.
    const third = from('127.0.0.3', 'three');
    await third.send(150_000);
    const fourth = from('127.0.0.4', 'four');
    await fourth.send(150_000);
    assert.deepEqual(await fourth.answer, { status: 429, retryAfter: '1' });
    // One breaks off, one is refused; both free what they held, and what does not fit in beside them fits then.
    first.socket.destroy();
    third.end();
    assert.equal((await third.answer).status, 400);
    const text = JSON.stringify({ padding: 'x'.repeat(190_000) });
    const to = client(registry);
    for (const deadline = Date.now() + 10_000; ; await delay(10)) {
      const answer = await to.putManifest('a', 'v1', text, 'application/vnd.example+json');
      if (answer.status === 201) break;
      assert.ok(answer.status === 429 && Date.now() < deadline);
    }
    await Promise.all(Array.from({ length: 3 }, (_, index) => to.putManifest('a', `v${index}`, text, 'a/b')));
    const whole = [from('127.0.0.2', 'five'), from('127.0.0.3', 'six')];
    for (const one of whole) await one.send(199_000);
    for (const one of whole) one.end();
    for (const one of whole) assert.equal((await one.answer).status, 400);
  });

  it('refuses more open uploads than allowed, of all and of one client, with 429, and holds no file open for any', async () => {
    await using registry = await registryServer({ mostUploads: 150 });
    const begin = async (localAddress: string, count: number): Promise<readonly number[]> => {
      const paths = Array.from({ length: count }, (_, index) => `/v2/of-${index}/blobs/uploads/`);
      const statuses = await Promise.all(
        paths.map(async (path) => {
          const outgoing = request(new URL(path, registry.url), { method: 'POST', localAddress }).end();
          const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
          answer.resume();
          return answer.statusCode ?? 0;
        }),
      );
      return [202, 429].map((status) => statuses.filter((one) => one === status).length);
    };
    assert.deepEqual(await begin('127.0.0.2', 120), [100, 20]);
    assert.deepEqual(await begin('127.0.0.3', 60), [50, 10]);
    await refused(client(registry).send('POST', '/v2/a/blobs/uploads/'), 429, 'TOOMANYREQUESTS');
    const { readdirSync, readlinkSync } = await import('node:fs');
    const open = readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(`${registry.root}/uploads/`);
      } catch {
        return false;
      }
    });
    assert.deepEqual(open, []);
  });

  it('refuses a blob beyond the limit with 413, whether its length is told or not', async () => {
    await using registry = await registryServer({ limits: { blobSize: 100_000 } });
    const to = client(registry);
    const content = bytes(100_001);
    await refused(to.put(await to.begin('a'), digestOf(content), { body: content }), 413, 'SIZE_INVALID');
    const { body, end } = slowBody(content);
    end();
    await refused(to.send('PATCH', await to.begin('a'), { body, duplex: 'half' }), 413, 'SIZE_INVALID');
    const fits = content.subarray(1);
    await answered(to.put(await to.begin('a'), digestOf(fits), { body: fits }), 201);
  });

  it('takes a hundred pushes at once, and loses none', async () => {
    await using registry = await registryServer();
    const to = client(registry);
    const pushed = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => ({
        tag: `v${index}`,
        ...(await to.pushImage('many', `v${index}`)),
      })),
    );
    for (const { tag, digest } of pushed) {
      const answer = await answered(to.send('HEAD', `/v2/many/manifests/${tag}`), 200);
      assert.equal(answer.headers.get('docker-content-digest'), digest);
    }
    assert.deepEqual(registry.warnings, []);
  });

  it('ends a request for an upload when another one takes the upload over', async () => {
    await using registry = await registryServer();
    const to = client(registry);
    const content = bytes(noticed);
    const location = await to.begin('a');
    const { body } = slowBody(content.subarray(0, noticed - 1));
    const first = to.send('PATCH', location, { body, duplex: 'half' }).then(
      () => 'answered',
      () => 'broken off',
    );
    while ((await receivedOf(to, location)) === 0) await delay(5);
    // The second says not where it begins, and comes behind whatever the first brought.
    await answered(to.send('PATCH', location, { body: bytes(1) }), 202);
    assert.equal(await first, 'broken off');
    const received = await receivedOf(to, location);
    assert.ok(received > 1 && received <= noticed);
  });

  it('does nothing for a client whose address is not known any more', async () => {
    const clients: string[] = [];
    const note: Middleware = (exchange, next) => {
      clients.push(exchange.client);
      return next();
    };
    await using registry = await registryServer({ middleware: [note] });
    const { hostname, port } = new URL(registry.url);
    const ends = Array.from({ length: 100 }, async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      socket.write('POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
      socket.resetAndDestroy();
    });
    await Promise.all(ends);
    await client(registry).begin('a');
    assert.deepEqual([...new Set(clients)], ['127.0.0.1']);
  });

  it('ends no request for one that is refused', async () => {
    await using registry = await registryServer({
      limits: { blobSize: 2 * noticed },
      authorize: async ({ request: { headers } }) => {
        if (headers.authorization === 'none') throw new RegistryError('DENIED', 'Not you');
      },
    });
    const to = client(registry);
    const content = bytes(noticed);
    const location = await to.begin('a');
    const { body, end } = slowBody(content);
    const first = to.send('PATCH', location, { body, duplex: 'half' });
    while ((await receivedOf(to, location)) === 0) await delay(5);
    const patch = (headers: Record<string, string>, path = location, size = 10): Promise<Response> =>
      to.send('PATCH', path, { body: bytes(size), headers });
    await refused(patch({ authorization: 'none' }), 403, 'DENIED');
    await refused(patch({}, location.replace('/a/', '/b/')), 404, 'BLOB_UPLOAD_UNKNOWN');
    await refused(patch({ 'content-range': 'all' }), 416, 'BLOB_UPLOAD_INVALID');
    await refused(patch({ 'content-range': '0-4' }), 400, 'SIZE_INVALID');
    await refused(patch({ 'content-range': '0-9' }), 416, 'BLOB_UPLOAD_INVALID');
    await refused(patch({ 'content-range': '2000000-2000009' }), 416, 'BLOB_UPLOAD_INVALID');
    await refused(patch({}, location, 2 * noticed), 413, 'SIZE_INVALID');
    await refused(to.put(location, 'sha256:x', { body: bytes(10) }), 400, 'DIGEST_INVALID');
    end();
    await answered(first, 202);
    assert.equal(await receivedOf(to, location), noticed);
  });
});

describe('The end of a server', () => {
  it('takes no new connections, lets requests end, and exits with 0', async () => {
    await using registry = await registryProcess();
    const to = client(registry);
    const content = bytes(noticed);
    const { body, end } = slowBody(content);
    const location = await to.begin('a');
    const running = to.put(location, digestOf(content), { body, duplex: 'half' });
    while ((await receivedOf(to, location)) === 0) await delay(5);
    const stopped = registry.stop('SIGTERM');
    for (const deadline = Date.now() + 10_000; await answers(registry.url); )
      assert.ok(Date.now() < deadline);
    end();
    await answered(running, 201);
    assert.equal(await stopped, 0);
    await registry.start();
    await answered(to.send('GET', `/v2/a/blobs/${digestOf(content)}`), 200);
  });

  it('breaks off what does not end in time', async () => {
    await using registry = await registryProcess(['--shutdown-timeout', '0.2']);
    const to = client(registry);
    const { body } = slowBody(bytes(10));
    const running = to.send('PATCH', await to.begin('a'), { body, duplex: 'half' }).catch(() => 'broken off');
    await delay(50);
    assert.equal(await registry.stop('SIGTERM'), 0);
    assert.equal(await running, 'broken off');
  });
});

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/v2/`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  );
}
