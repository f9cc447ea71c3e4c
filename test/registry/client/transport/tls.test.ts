// The transport over TLS: trust, client certificates, HTTP/2 sessions.

import assert from 'node:assert/strict';
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { createTransport } from '../../../../src/registry/client/transport/index.ts';
import type { HttpRequest } from '../../../../src/registry/client/types.ts';
import { makeCertificates, type TestCertificates } from '../../../support/certificates.ts';
import { serveHttp } from '../../../support/http-server.ts';
import { endpointAt, quick, unstopped } from '../endpoint.ts';

const certificates: TestCertificates = makeCertificates();
const trusted = { ca: [certificates.ca], skipVerify: false };

function get(url: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), signal: unstopped, ...changes };
}

interface SecureServer extends AsyncDisposable {
  readonly url: string;
  /** Of each request: HTTP's version, and whether a client certificate came with it. */
  readonly seen: string[];
  readonly sessions: Set<ServerHttp2Session>;
  readonly connections: () => number;
}

async function serveSecurely(
  answer: (request: Http2ServerRequest, response: Http2ServerResponse) => unknown,
  options: { readonly http1Only?: boolean; readonly requestCert?: boolean } = {},
): Promise<SecureServer> {
  const seen: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<TLSSocket>();
  let count = 0;
  const settings = {
    ...certificates.server,
    ca: certificates.ca,
    requestCert: options.requestCert ?? false,
    rejectUnauthorized: false,
  };
  const server = options.http1Only
    ? createHttpsServer(settings, (request, response) => {
        seen.push(request.httpVersion);
        response.end('x');
      })
    : createSecureServer({ ...settings, allowHTTP1: true }, (request, response) => {
        const socket = (request.stream?.session?.socket ?? request.socket) as TLSSocket;
        seen.push(`${request.httpVersion}${socket.authorized ? ' client' : ''}`);
        answer(request, response);
      });
  server.on('session', (session) => sessions.add(session));
  server.on('secureConnection', (socket: TLSSocket) => {
    count++;
    sockets.add(socket);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    sessions,
    connections: () => count,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const transport = () => createTransport({ retries: quick, environment: {} });

describe('trust', () => {
  it('is refused to unknown certificates, and told with what to do', async () => {
    await using server = await serveSecurely((_, response) => response.end());
    await using sender = transport();
    await assert.rejects(sender.send(endpointAt(server.url), get(server.url)), {
      code: 'TLS_UNTRUSTED',
      message: `The certificate of "${new URL(server.url).host}" is not trusted: its authority is not known here`,
    });
    assert.equal(server.seen.length, 0);
  });

  it('is refused to certificates of other names', async () => {
    await using server = await serveSecurely((_, response) => response.end());
    await using sender = transport();
    const url = server.url.replace('127.0.0.1', '127.0.0.2');
    await using other = await forwarded('127.0.0.2', Number(new URL(url).port));
    await assert.rejects(sender.send(endpointAt(other.url, { tls: trusted }), get(other.url)), {
      code: 'TLS_UNTRUSTED',
      message: /is for another name$/,
    });
  });

  it('comes from the CA of the endpoint, or from not looking', async () => {
    await using server = await serveSecurely((_, response) => response.end('x'));
    for (const tls of [trusted, { skipVerify: true }]) {
      await using sender = transport();
      assert.equal(
        await text((await sender.send(endpointAt(server.url, { tls }), get(server.url))).body),
        'x',
      );
    }
  });

  it('goes both ways with a client certificate, which other hosts do not get', async () => {
    await using other = await serveSecurely((_, response) => response.end('there'), { requestCert: true });
    await using server = await serveSecurely(
      (_, response) => {
        response.writeHead(302, { location: `${other.url}/x` });
        response.end();
      },
      { requestCert: true },
    );
    await using sender = transport();
    const tls = { ...trusted, ...certificates.client };
    const response = await sender.send(endpointAt(server.url, { tls }), get(server.url));
    assert.equal(await text(response.body), 'there');
    assert.deepEqual([server.seen, other.seen], [['2.0 client'], ['2.0']]);
  });

  it('does not go on by plain HTTP', async () => {
    await using plain = await serveHttp({ '*': (_, response) => response.end() });
    await using server = await serveSecurely((_, response) => {
      response.writeHead(302, { location: plain.url });
      response.end();
    });
    await using sender = transport();
    await assert.rejects(sender.send(endpointAt(server.url, { tls: trusted }), get(server.url)), {
      code: 'REGISTRY_ERROR',
      message: /redirects from HTTPS to/,
    });
    assert.deepEqual(plain.requests, []);
  });

  it('is not given up for plain HTTP by an endpoint that spoke HTTPS before', async () => {
    const clear: string[] = [];
    await using server = await serveSecurely((_, response) => response.end('x'));
    await using sender = transport();
    let isUp = true;
    await using between = await forwarded('127.0.0.1', Number(new URL(server.url).port), (client) => {
      if (isUp) return false;
      client.once('data', (bytes) => {
        if (bytes[0] !== tlsHandshake) clear.push(bytes.toString('latin1'));
        client.destroy();
      });
      return true;
    });
    const endpoint = endpointAt(between.url, { tls: trusted, plainFallback: true });
    await text((await sender.send(endpoint, get(between.url))).body);
    isUp = false;
    for (const session of server.sessions) session.destroy();
    const request = get(between.url, { headers: { authorization: 'Basic s3cret' }, tries: 3 });
    await assert.rejects(sender.send(endpoint, request), { code: 'REGISTRY_UNREACHABLE' });
    assert.deepEqual(clear, []);
  });
});

describe('protocols', () => {
  it('HTTP/2: one session carries everything', async () => {
    await using server = await serveSecurely(async (request, response) => {
      response.end(`${request.method} ${await text(request)}`);
    });
    await using sender = transport();
    const endpoint = endpointAt(server.url, { tls: trusted });
    const answers = await Promise.all(
      [1, 2, 3, 4].map(async (number) =>
        text(
          (await sender.send(endpoint, { ...get(server.url), method: 'PUT', body: Buffer.from(`${number}`) }))
            .body,
        ),
      ),
    );
    assert.deepEqual(answers, ['PUT 1', 'PUT 2', 'PUT 3', 'PUT 4']);
    assert.deepEqual(new Set(server.seen), new Set(['2.0']));
    assert.equal(server.connections(), 1);
  });

  it('HTTP/1.1 where nothing else is offered: the connection that found out is used', async () => {
    await using server = await serveSecurely((_, response) => response.end('x'), { http1Only: true });
    await using sender = transport();
    const endpoint = endpointAt(server.url, { tls: trusted });
    for (let count = 0; count < 3; count++)
      assert.equal(await text((await sender.send(endpoint, get(server.url))).body), 'x');
    assert.deepEqual(server.seen, ['1.1', '1.1', '1.1']);
    assert.equal(server.connections(), 1);
  });

  it('a session that the server ends, gently or at once, is replaced', async () => {
    await using server = await serveSecurely((_, response) => response.end('x'));
    await using sender = transport();
    const endpoint = endpointAt(server.url, { tls: trusted });
    for (const end of ['close', 'destroy', 'goaway'] as const) {
      assert.equal(await text((await sender.send(endpoint, get(server.url))).body), 'x');
      for (const session of server.sessions) session[end]();
      server.sessions.clear();
    }
    assert.equal(await text((await sender.send(endpoint, get(server.url))).body), 'x');
    assert.equal(server.connections(), 4);
  });

  it('waiting for what another request began ends when it is aborted', { timeout: 20_000 }, async () => {
    await using server = await serveSecurely((_, response) => response.end('x'));
    await using silent = await forwarded('127.0.0.1', Number(new URL(server.url).port), () => true);
    await using sender = transport();
    const stops = [new AbortController(), new AbortController()] as const;
    const timeouts = { connect: 60_000, idle: 60_000 };
    const endpoint = endpointAt(silent.url, { tls: trusted, timeouts });
    const [first, second] = stops.map(({ signal }) => sender.send(endpoint, get(silent.url, { signal })));
    const ended = assert.rejects(async () => await first, /over/);
    setImmediate(() => stops[1].abort(new Error('enough')));
    await assert.rejects(async () => await second, /enough/);
    stops[0].abort(new Error('over'));
    await ended;
  });

  it('many requests that fail with the first go on by one connection', { timeout: 20_000 }, async () => {
    await using server = await serveSecurely((_, response) => response.end('x'));
    let count = 0;
    await using between = await forwarded('127.0.0.1', Number(new URL(server.url).port), (client) => {
      if (count++ > 0) return false;
      client.once('data', () => setTimeout(() => client.destroy(), 50));
      return true;
    });
    await using sender = transport();
    const endpoint = endpointAt(between.url, { tls: trusted });
    const one = async () => text((await sender.send(endpoint, get(between.url))).body);
    assert.deepEqual(new Set(await Promise.all(Array.from({ length: 20 }, one))), new Set(['x']));
    assert.equal(count, 2);
  });

  it('many requests go on with what one began that is aborted', { timeout: 20_000 }, async () => {
    await using server = await serveSecurely((_, response) => response.end('x'));
    const stop = new AbortController();
    let count = 0;
    await using between = await forwarded('127.0.0.1', Number(new URL(server.url).port), () => {
      count++;
      stop.abort(new Error('enough'));
      return false;
    });
    await using sender = transport();
    const endpoint = endpointAt(between.url, { tls: trusted });
    const one = async (signal: AbortSignal) =>
      text((await sender.send(endpoint, get(between.url, { signal }))).body);
    const first = assert.rejects(one(stop.signal), /enough/);
    const others = await Promise.all(Array.from({ length: 20 }, () => one(unstopped)));
    await first;
    assert.deepEqual(new Set(others), new Set(['x']));
    assert.equal(count, 1);
  });

  it('many requests to a host that cannot be trusted all say so', async () => {
    await using server = await serveSecurely((_, response) => response.end('x'));
    await using sender = transport();
    const one = () => sender.send(endpointAt(server.url), get(server.url)).then(String, ({ code }) => code);
    const codes = await Promise.all(Array.from({ length: 20 }, one));
    assert.deepEqual(new Set(codes), new Set(['TLS_UNTRUSTED']));
    assert.equal(server.seen.length, 0);
  });

  it('HTTP/2: aborted, out of time, broken off', async () => {
    await using server = await serveSecurely((request, response) => {
      if (request.url === '/half') response.writeHead(200).write('half');
      if (request.url === '/break') request.stream.session?.destroy();
    });
    await using sender = transport();
    const endpoint = endpointAt(server.url, { tls: trusted, timeouts: { connect: 5_000, idle: 200 } });
    const stop = new AbortController();
    const half = await sender.send(endpoint, get(`${server.url}/half`, { signal: stop.signal }));
    stop.abort(new Error('enough'));
    await assert.rejects(text(half.body), /enough/);
    await assert.rejects(sender.send(endpoint, get(`${server.url}/mute`, { tries: 1 })), {
      code: 'REQUEST_TIMEOUT',
    });
    await assert.rejects(sender.send(endpoint, get(`${server.url}/break`, { tries: 2 })), {
      code: 'REGISTRY_UNREACHABLE',
    });
  });
});

/** The first byte of a record that begins a TLS connection. */
const tlsHandshake = 22;

/** Port `target` of 127.0.0.1, reached by another address; `take` may keep connections. */
async function forwarded(
  address: string,
  target: number,
  take: (client: Socket) => boolean = () => false,
): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((client) => {
    sockets.add(client.on('error', () => undefined));
    if (take(client)) return;
    const onward = connect(target, '127.0.0.1');
    sockets.add(onward.on('error', () => undefined));
    onward.pipe(client).pipe(onward);
  });
  await new Promise<void>((ready) => server.listen(0, address, ready));
  return {
    url: `https://${address}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
