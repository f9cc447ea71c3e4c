// Servers that give a byte now and then: heads and bodies have to come at some pace, over each way of asking.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage } from 'node:http';
import { createSecureServer, type Http2ServerRequest } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createTransport } from '../../../../src/registry/client/transport/index.ts';
import type { HttpRequest } from '../../../../src/registry/client/types.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { clientOf, endpointAt, quick, unstopped } from '../endpoint.ts';

const certificates = makeCertificates();
const bytes = randomBytes(3_000_000);
const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What HTTP/1.1 and HTTP/2 responses have in common. */
interface Answering {
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  write(chunk: Uint8Array): unknown;
  end(chunk?: Uint8Array): unknown;
  readonly writableEnded: boolean;
  once(event: 'close', then: () => void): unknown;
}
type Listener = (request: IncomingMessage | Http2ServerRequest, response: Answering) => unknown;

interface Serving extends AsyncDisposable {
  readonly url: string;
}

async function serving(server: Server, scheme: string): Promise<Serving> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const ways: Readonly<Record<string, (listener: Listener) => Promise<Serving>>> = {
  'HTTP/1.1': (listener) => serving(createHttp(listener), 'http'),
  'in bulk': (listener) => serving(createHttp(listener), 'http'),
  'HTTP/2': (listener) => serving(createSecureServer(certificates.server, listener as never), 'https'),
};

/** One byte every 20 ms, until the other side is gone. */
function trickle(response: Answering): void {
  const timer = setInterval(() => response.write(Buffer.from('x')), 20);
  response.once('close', () => clearInterval(timer));
}

const timeouts = { connect: 5_000, idle: 400 };
const tls = { ca: [certificates.ca], skipVerify: false };
const timed = { timeout: 30_000 };

function asked(url: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), signal: unstopped, ...changes };
}

for (const [way, start] of Object.entries(ways))
  describe(`a body that comes over ${way}`, { concurrency: true }, () => {
    const bulk = way === 'in bulk';

    it('too slowly breaks off, though it never stops', timed, async () => {
      await using server = await start((_, response) => {
        response.writeHead(200, { 'content-length': 1_000_000 });
        trickle(response);
      });
      await using transport = createTransport({ retries: quick, environment: {} });
      const endpoint = endpointAt(server.url, { timeouts, tls });
      const response = await transport.send(endpoint, asked(server.url, { bulk }));
      await assert.rejects(buffer(response.body), {
        code: 'REQUEST_TIMEOUT',
        message: `"${server.url}/" sent fewer than 1024 bytes a second for 0.4 seconds`,
      });
    });

    it('as fast as we take it has all the time there is', timed, async () => {
      await using server = await start((_, response) => {
        response.writeHead(200, { 'content-length': bytes.length });
        response.end(bytes);
      });
      await using transport = createTransport({ retries: quick, environment: {} });
      const endpoint = endpointAt(server.url, { timeouts, tls });
      const { body } = await transport.send(endpoint, asked(server.url, { bulk }));
      let taken = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        taken += chunk.length;
        if (taken === chunk.length) await delay(3 * timeouts.idle);
      }
      assert.equal(taken, bytes.length);
    });

    for (const size of [3000, 300_000])
      it(`and is all there has all the time there is: ${size} bytes`, timed, async () => {
        await using server = await start((_, response) => {
          response.writeHead(200, { 'content-length': size });
          response.end(bytes.subarray(0, size));
        });
        await using transport = createTransport({ retries: quick, environment: {} });
        const endpoint = endpointAt(server.url, { timeouts, tls });
        const { body } = await transport.send(endpoint, asked(server.url, { bulk }));
        let taken = 0;
        body.on('data', (chunk: Buffer) => {
          taken += chunk.length;
          if (taken > chunk.length) return;
          body.pause();
          setTimeout(() => body.resume(), 3 * timeouts.idle);
        });
        await once(body, 'end');
        assert.equal(taken, size);
      });

    it('too slowly is taken up where it broke, as often as it gets further', timed, async () => {
      const starts: number[] = [];
      await using server = await start((request, response) => {
        const from = Number(/^bytes=(\d+)-$/.exec(String(request.headers['range'] ?? ''))?.[1] ?? 0);
        starts.push(from);
        response.writeHead(from > 0 ? 206 : 200, {
          'content-length': bytes.length - from,
          ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
        });
        if (starts.length > 2) {
          response.end(bytes.subarray(from));
          return;
        }
        response.write(bytes.subarray(from, from + 1_000_000));
        const timer = setTimeout(() => trickleOf(bytes, from + 1_000_000, response), 20);
        response.once('close', () => clearTimeout(timer));
      });
      await using client = clientOf([endpointAt(server.url, { timeouts, tls })]);
      const descriptor = { mediaType: 'x/y', digest, size: bytes.length };
      const stream = await client.repository('registry.test/a/b').blob(descriptor, { signal: unstopped });
      assert.ok((await buffer(stream)).equals(bytes));
      assert.equal(starts.length, 3);
      assert.ok((starts[1] ?? 0) >= 1_000_000 && (starts[2] ?? 0) >= 2_000_000, starts.join());
    });

    it('too slowly each time is given up', timed, async () => {
      let count = 0;
      await using server = await start((_, response) => {
        count++;
        response.writeHead(200, { 'content-length': bytes.length });
        trickleOf(bytes, 0, response);
      });
      const retries = { ...quick, tries: 4, patientTries: 4 };
      await using client = clientOf([endpointAt(server.url, { timeouts, tls })], { retries });
      const descriptor = { mediaType: 'x/y', digest, size: bytes.length };
      const stream = await client.repository('registry.test/a/b').blob(descriptor, { signal: unstopped });
      await assert.rejects(buffer(stream), {
        code: 'BLOB_TRUNCATED',
        message: /breaks off after \d+ of 3000000 bytes, again and again: .* fewer than 1024 bytes a second/,
      });
      assert.equal(count, 4);
    });
  });

/** The bytes from `from` on, one every 20 ms. */
function trickleOf(content: Buffer, from: number, response: Answering): void {
  let at = from;
  const timer = setInterval(() => response.write(content.subarray(at, ++at)), 20);
  response.once('close', () => clearInterval(timer));
}

describe('a head', () => {
  for (const bulk of [false, true])
    it(`that comes byte by byte is not waited for${bulk ? ', in bulk' : ''}`, timed, async () => {
      const server = createTcp((socket) => {
        socket
          .on('error', () => undefined)
          .once('data', () => {
            socket.write('HTTP/1.1 200 OK\r\nX-Y: ');
            const timer = setInterval(() => socket.write('x'), 20);
            socket.once('close', () => clearInterval(timer));
          });
      });
      await using slow = await serving(server, 'http');
      await using transport = createTransport({ retries: quick, environment: {} });
      const sent = transport.send(endpointAt(slow.url, { timeouts }), asked(slow.url, { bulk, tries: 1 }));
      await assert.rejects(sent, { code: 'REQUEST_TIMEOUT', message: /did not answer within 0\.4 seconds$/ });
    });
});

describe('a request', { concurrency: true }, () => {
  const send = async (url: string, changes: Partial<HttpRequest>) => {
    await using transport = createTransport({ retries: quick, environment: {} });
    const request = asked(url, { method: 'PUT', once: true, ...changes });
    return (await transport.send(endpointAt(url, { timeouts, tls }), request)).status;
  };
  for (const way of ['HTTP/1.1', 'HTTP/2'] as const) {
    const serve = ways[way] ?? assert.fail();

    it(
      `over ${way} is not waited for where the other side takes no more, though its body was slow before`,
      timed,
      async () => {
        await using server = await serve((request) => void request.pause());
        async function* slow() {
          yield Buffer.from('x');
          await delay(2.5 * timeouts.idle);
          for (;;) yield Buffer.alloc(1 << 20);
        }
        const body = () => Readable.from(slow(), { objectMode: false });
        await assert.rejects(send(server.url, { body }), { code: 'REQUEST_TIMEOUT' });
      },
    );

    it(`over ${way} that is answered while it is sent is not sent for ever`, timed, async () => {
      await using server = await serve((request, response) => {
        request.pause();
        response.writeHead(201, {});
        response.end();
      });
      await using transport = createTransport({ retries: quick, environment: {} });
      const sent = new Readable({ read: () => void sent.push(Buffer.alloc(1 << 16)) });
      const request = asked(server.url, { method: 'PUT', once: true, body: () => sent });
      const response = await transport.send(endpointAt(server.url, { timeouts, tls }), request);
      response.body.on('error', () => undefined).resume();
      if (!sent.closed) await once(sent, 'close');
    });

    it(`over ${way} is answered later the more there is to take in`, timed, async () => {
      await using server = await serve((request, response) => {
        request.resume().once('end', () =>
          setTimeout(() => {
            response.writeHead(201, {});
            response.end();
          }, 2.5 * timeouts.idle),
        );
      });
      const body = Buffer.from('x');
      await assert.rejects(send(server.url, { body }), { code: 'REQUEST_TIMEOUT' });
      assert.equal(await send(server.url, { body, intake: () => 500_000_000 }), 201);
      assert.equal(await send(server.url, { intake: () => 500_000_000 }), 201);
    });
  }
});

describe('a manifest', () => {
  const manifest = Buffer.from(
    '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}',
  );
  const headers = {
    'content-type': 'application/vnd.oci.image.index.v1+json',
    'content-length': manifest.length,
  };
  const breaking: Readonly<Record<string, (response: Answering, request: IncomingMessage) => unknown>> = {
    'too slowly': (response) => trickleOf(manifest, 0, response),
    'not to its end': (response, request) => {
      response.write(manifest.subarray(0, 10));
      setTimeout(() => request.socket.destroy(), 20);
    },
  };
  for (const [how, answer] of Object.entries(breaking))
    it(`that comes ${how} is asked for again, and given up in the end`, timed, async () => {
      let count = 0;
      await using server = await serving(
        createHttp((request, response) => {
          response.writeHead(200, headers);
          if (++count === 2) response.end(manifest);
          else answer(response, request);
        }),
        'http',
      );
      const retries = { ...quick, patientTries: 3 };
      await using client = clientOf([endpointAt(server.url, { timeouts })], { retries });
      const repository = client.repository('registry.test/a/b');
      const got = await repository.manifest('v1', { signal: unstopped });
      assert.ok(got.bytes.equals(manifest));
      assert.equal(count, 2);
      await assert.rejects(repository.manifest('v2', { signal: unstopped }), (error: { code?: string }) =>
        /^(REQUEST_TIMEOUT|REGISTRY_UNREACHABLE)$/.test(error.code ?? ''),
      );
      assert.equal(count, 5);
    });
});
