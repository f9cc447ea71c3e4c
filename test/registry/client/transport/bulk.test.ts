// Large bodies read from the socket: heads that are taken, heads that are left to the usual way, bodies that are too short or long.

import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { giveBack } from '../../../../src/core/index.ts';
import { createTransport } from '../../../../src/registry/client/transport/index.ts';
import { parseHead } from '../../../../src/registry/client/transport/response-head.ts';
import { endpointAt, quick, unstopped } from '../endpoint.ts';

describe('a head', () => {
  it('is read with its fields', () => {
    const head = parseHead(
      'HTTP/1.1 401 Unauthorized\r\nContent-Length: 12\r\nX-A:  1 \r\nx-a:2\r\nWWW-Authenticate: Basic realm="a, b"\r\nwww-authenticate: Bearer x',
    );
    assert.deepEqual(head, {
      status: 401,
      length: 12,
      headers: {
        'content-length': '12',
        'x-a': '1, 2',
        'www-authenticate': ['Basic realm="a, b"', 'Bearer x'],
      },
    });
  });

  const strange = [
    'HTTP/1.0 200 OK\r\nContent-Length: 1',
    'HTTP/1.1 100 Continue\r\nContent-Length: 1',
    'HTTP/1.1 204 No Content\r\nContent-Length: 0',
    'HTTP/1.1 200 OK',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2',
    'HTTP/1.1 200 OK\r\nContent-Length: 1, 1',
    'HTTP/1.1 200 OK\r\nContent-Length: -1',
    'HTTP/1.1 200 OK\r\nContent-Length: 0x10',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-A: 1\r\n folded',
    'HTTP/1.1 200 OK\r\nContent-Length : 1',
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX-A: a\nb',
    'HTTP/1.1 2000 OK\r\nContent-Length: 1',
    'SSH-2.0-Server',
    '',
  ];
  for (const text of strange)
    it(`${JSON.stringify(text)} is left to the usual way`, () => assert.equal(parseHead(text), undefined));
});

describe('a body in bulk', () => {
  const cases: Readonly<Record<string, readonly [readonly string[], string]>> = {
    'in one piece': [['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'], 'hello'],
    'in many pieces': [[...'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello'], 'hello'],
    'of nothing': [['HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'], ''],
    'with something after it': [['HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello world'], 'hello'],
    'in chunks, in the usual way': [
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'],
      'hello',
    ],
    'until the end, in the usual way': [['HTTP/1.0 200 OK\r\n\r\nhello'], 'hello'],
  };
  for (const [what, [pieces, expected]] of Object.entries(cases))
    it(what, async () => {
      await using server = await serve(pieces);
      await using transport = createTransport({ retries: quick, environment: {} });
      const request = { method: 'GET', url: new URL(server.url), signal: unstopped, bulk: true } as const;
      const response = await transport.send(endpointAt(server.url), request);
      assert.equal(await text(response.body), expected);
    });

  it('that is given back is read into the same memory', async () => {
    const body = Array.from({ length: 16 }, () => 'x'.repeat(1024 * 1024));
    await using server = await serve([
      `HTTP/1.1 200 OK\r\nContent-Length: ${16 * 1024 * 1024}\r\n\r\n`,
      ...body,
    ]);
    await using transport = createTransport({ retries: quick, environment: {} });
    const request = { method: 'GET', url: new URL(server.url), signal: unstopped, bulk: true } as const;
    const response = await transport.send(endpointAt(server.url), request);
    const memory = new Set<ArrayBufferLike>();
    let length = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      memory.add(chunk.buffer);
      length += chunk.length;
      giveBack([chunk]);
    }
    assert.equal(length, 16 * 1024 * 1024);
    assert.ok(memory.size < 8, `${memory.size} pieces`);
  });

  it('that ends early is an error', async () => {
    await using server = await serve(['HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello']);
    await using transport = createTransport({ retries: quick, environment: {} });
    const request = { method: 'GET', url: new URL(server.url), signal: unstopped, bulk: true } as const;
    const response = await transport.send(endpointAt(server.url), request);
    await assert.rejects(text(response.body), { code: 'ECONNRESET' });
  });

  it('after a head without an end is not waited for', async () => {
    await using server = await serve(['HTTP/1.1 200 OK\r\n', `X: ${'x'.repeat(200_000)}`]);
    await using transport = createTransport({ retries: quick, environment: {} });
    const request = { method: 'GET', url: new URL(server.url), signal: unstopped, bulk: true } as const;
    await assert.rejects(
      transport.send(endpointAt(server.url), request),
      /does not speak HTTP \(HPE_HEADER_OVERFLOW\)/,
    );
  });

  it('is not asked for with a header that would be two', async () => {
    await using server = await serve([]);
    await using transport = createTransport({ retries: quick, environment: {} });
    const headers = { 'x-a': '1\r\nx-b: 2' };
    const request = {
      method: 'GET',
      url: new URL(server.url),
      signal: unstopped,
      bulk: true,
      headers,
    } as const;
    await assert.rejects(transport.send(endpointAt(server.url), request));
    // A connection that was begun for nothing would show.
    await new Promise((passed) => setImmediate(passed));
    assert.ok(!process.getActiveResourcesInfo().some((name) => /^TCP(Connect|Socket)/.test(name)));
  });
});

/** Answers each connection's request with the pieces, then closes it. */
async function serve(pieces: readonly string[]): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined).setNoDelay());
    socket.once('data', async () => {
      for (const piece of pieces) {
        socket.write(piece);
        await new Promise((resolve) => setImmediate(resolve));
      }
      socket.end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
