// The transport over HTTP/1.1: connections, redirects, tries, time, and what is told of failures.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { createTransport } from '../../../../src/registry/client/transport/index.ts';
import type { HttpRequest, HttpResponse } from '../../../../src/registry/client/types.ts';
import { serveHttp } from '../../../support/http-server.ts';
import { endpointAt, quick, unstopped } from '../endpoint.ts';

const transport = () => createTransport({ retries: quick, environment: {} });

function get(url: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), signal: unstopped, ...changes };
}

const textOf = ({ body }: HttpResponse): Promise<string> => text(body);

describe('connections', () => {
  it('are used again', async () => {
    const ports = new Set<number | undefined>();
    await using server = await serveHttp({
      '*': (request, response) => {
        ports.add(request.socket.remotePort);
        response.end('x');
      },
    });
    await using sender = transport();
    for (let count = 0; count < 4; count++)
      assert.equal(await textOf(await sender.send(endpointAt(server.url), get(`${server.url}/a`))), 'x');
    assert.equal(ports.size, 1);
  });

  it('that the server closed while they were kept are replaced', async () => {
    await using server = await serveHttp({
      '*': (request, response) => {
        response.end('x');
        setImmediate(() => request.socket.destroy());
      },
    });
    await using sender = transport();
    for (let count = 0; count < 4; count++)
      assert.equal(await textOf(await sender.send(endpointAt(server.url), get(`${server.url}/a`))), 'x');
  });

  it('say where nothing listens', async () => {
    const url = await closedPort();
    await using sender = transport();
    await assert.rejects(sender.send(endpointAt(url), get(`${url}/v2/?token=s3cret`)), (error: Error) => {
      assert.equal((error as Error & { code: string }).code, 'REGISTRY_UNREACHABLE');
      assert.match(error.message, /^"http:\/\/127\.0\.0\.1:\d+" cannot be reached: nothing listens there$/);
      return true;
    });
  });

  it('that speak something else than HTTP are told', async () => {
    await using server = await tcpServer((socket) => socket.end('SSH-2.0-Server\r\n'));
    await using sender = transport();
    await assert.rejects(sender.send(endpointAt(server.url), get(server.url)), /does not speak HTTP/);
  });
});

describe('time', () => {
  it('runs out for servers that do not answer', async () => {
    await using server = await serveHttp({ '*': () => undefined });
    await using sender = transport();
    const endpoint = endpointAt(server.url, { timeouts: { connect: 5_000, idle: 100 } });
    await assert.rejects(sender.send(endpoint, get(`${server.url}/slow`, { tries: 1 })), {
      code: 'REQUEST_TIMEOUT',
      message: `"${server.url}/slow" did not answer within 0.1 seconds`,
    });
  });

  it('runs out for bodies that stop coming', async () => {
    await using server = await serveHttp({
      '*': (_, response) => response.writeHead(200, { 'content-length': 10 }).write('half'),
    });
    await using sender = transport();
    const endpoint = endpointAt(server.url, { timeouts: { connect: 5_000, idle: 100 } });
    const response = await sender.send(endpoint, get(server.url));
    await assert.rejects(textOf(response), { code: 'REQUEST_TIMEOUT' });
  });

  it('does not run out while nobody takes the body', async () => {
    const whole = Buffer.alloc(20_000_000, 'x');
    await using server = await serveHttp({ '*': (_, response) => response.end(whole) });
    await using sender = transport();
    const endpoint = endpointAt(server.url, { timeouts: { connect: 5_000, idle: 50 } });
    const response = await sender.send(endpoint, get(server.url));
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal((await textOf(response)).length, whole.length);
  });

  it('ends at once when the signal is aborted: before, while waiting, in a pause, in the body', async () => {
    await using server = await serveHttp({
      '/busy': (_, response) => response.writeHead(503, { 'retry-after': '2' }).end(),
      '/body': (_, response) => response.writeHead(200).write('x'),
      '/mute': () => undefined,
    });
    await using sender = transport();
    for (const path of ['/busy', '/mute']) {
      const stop = new AbortController();
      const sent = sender.send(endpointAt(server.url), get(server.url + path, { signal: stop.signal }));
      setTimeout(() => stop.abort(new Error('enough')), 50);
      await assert.rejects(sent, /enough/);
      await assert.rejects(
        sender.send(endpointAt(server.url), get(server.url, { signal: stop.signal })),
        /enough/,
      );
    }
    const stop = new AbortController();
    const response = await sender.send(
      endpointAt(server.url),
      get(`${server.url}/body`, { signal: stop.signal }),
    );
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await assert.rejects(textOf(response), /enough/);
  });
});

describe('redirects', () => {
  it('are followed with credentials at the same place, without them to others', async () => {
    const seen: { url: string; headers: IncomingMessage['headers'] }[] = [];
    await using other = await serveHttp({
      '*': (request, response) => {
        seen.push({ url: 'other', headers: request.headers });
        response.end('blob');
      },
    });
    await using server = await serveHttp({
      '/a': (_, response) => response.writeHead(307, { location: '/b' }).end(),
      '/b': (request, response) => {
        seen.push({ url: 'own', headers: request.headers });
        response.writeHead(302, { location: `${other.url}/signed?sig=1` }).end();
      },
    });
    await using sender = transport();
    const endpoint = endpointAt(server.url, { headers: { 'x-own': 'mine' } });
    const headers = { authorization: 'Bearer t', cookie: 'c=1', range: 'bytes=1-' };
    const response = await sender.send(endpoint, get(`${server.url}/a`, { headers }));
    assert.equal(await textOf(response), 'blob');
    assert.equal(response.url.href, `${other.url}/signed?sig=1`);
    const [own, there] = seen;
    assert.equal(own?.headers.authorization, 'Bearer t');
    assert.equal(own?.headers['x-own'], 'mine');
    assert.equal(there?.headers.range, 'bytes=1-');
    for (const name of ['authorization', 'cookie', 'x-own'])
      assert.equal(there?.headers[name], undefined, name);
  });

  it('lose credentials for good when they come back', async () => {
    let back: IncomingMessage['headers'] | undefined;
    const places: string[] = [];
    await using other = await serveHttp({
      '*': (_, response) => response.writeHead(302, { location: `${places[0]}/back` }).end(),
    });
    await using server = await serveHttp({
      '/back': (request, response) => {
        back = request.headers;
        response.end();
      },
      '*': (_, response) => response.writeHead(302, { location: other.url }).end(),
    });
    places.push(server.url);
    await using sender = transport();
    await textOf(
      await sender.send(endpointAt(server.url), get(`${server.url}/a`, { headers: { authorization: 'x' } })),
    );
    assert.equal(back?.authorization, undefined);
  });

  it('in a circle end', async () => {
    await using server = await serveHttp({
      '*': (_, response) => response.writeHead(302, { location: '/?sig=s3cret' }).end(),
    });
    await using sender = transport();
    await assert.rejects(sender.send(endpointAt(server.url), get(server.url)), (error: Error) => {
      assert.match(error.message, /redirects more than 10 times/);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
    assert.equal(server.requests.length, 11);
  });

  for (const location of ['ftp://host/x', 'file:///etc/passwd', 'http://[bad', 'data:text/plain,x'])
    it(`to "${location}" are refused`, async () => {
      await using server = await serveHttp({
        '*': (_, response) => response.writeHead(302, { location }).end(),
      });
      await using sender = transport();
      await assert.rejects(sender.send(endpointAt(server.url), get(server.url)), { code: 'REGISTRY_ERROR' });
    });

  it('do not carry a body that is secret to another place', async () => {
    await using other = await serveHttp({ '*': (_, response) => response.end() });
    await using server = await serveHttp({
      '*': (_, response) => response.writeHead(307, { location: other.url }).end(),
    });
    await using sender = transport();
    const request = {
      ...get(server.url),
      method: 'POST' as const,
      body: Buffer.from('password'),
      secretBody: true,
    };
    assert.equal((await sender.send(endpointAt(server.url), request)).status, 307);
    assert.deepEqual(other.requests, []);
  });
});

describe('tries', () => {
  it('go on after refusals that pass, and after broken connections', async () => {
    const answers: ((request: IncomingMessage, response: ServerResponse) => void)[] = [
      (_, response) => response.writeHead(503).end(),
      (request) => request.socket.destroy(),
    ];
    await using server = await serveHttp({
      '*': (request, response) => {
        const answer = answers.shift();
        if (answer) answer(request, response);
        else response.end('at last');
      },
    });
    await using sender = transport();
    assert.equal(await textOf(await sender.send(endpointAt(server.url), get(server.url))), 'at last');
    assert.equal(server.requests.length, 3);
  });

  it('wait as long as the registry says', async () => {
    const times: number[] = [];
    await using server = await serveHttp({
      '*': (_, response) => {
        times.push(Date.now());
        if (times.length === 1) response.writeHead(429, { 'retry-after': '1' }).end();
        else response.end('x');
      },
    });
    await using sender = transport();
    assert.equal((await sender.send(endpointAt(server.url), get(server.url))).status, 200);
    assert.ok((times[1] ?? 0) - (times[0] ?? 0) >= 950);
  });

  it('end where the registry says to wait too long, and after so many', async () => {
    await using server = await serveHttp({
      '/long': (_, response) => response.writeHead(429, { 'retry-after': '3600' }).end(),
      '/date': (_, response) =>
        response.writeHead(429, { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }).end(),
      '/ever': (_, response) => response.writeHead(500).end(),
    });
    await using sender = transport();
    for (const [path, status] of [
      ['/long', 429],
      ['/date', 429],
      ['/ever', 500],
    ] as const)
      assert.equal((await sender.send(endpointAt(server.url), get(server.url + path))).status, status);
    assert.equal(server.requests.length, 1 + 1 + quick.tries);
  });

  it('are not made for what must be sent once', async () => {
    await using server = await serveHttp({ '*': (_, response) => response.writeHead(503).end() });
    await using sender = transport();
    const request = { ...get(server.url), method: 'PUT' as const, body: Buffer.from('x'), once: true };
    assert.equal((await sender.send(endpointAt(server.url), request)).status, 503);
    assert.equal(server.requests.length, 1);
  });
});

describe('plain HTTP', () => {
  it('is spoken where HTTPS is not and that is allowed; the rest of the requests go there directly', async () => {
    await using server = await serveHttp({ '*': (_, response) => response.end('plain') });
    await using sender = transport();
    const secure = server.url.replace('http:', 'https:');
    const endpoint = endpointAt(secure, { plainFallback: true });
    for (let count = 0; count < 2; count++)
      assert.equal(await textOf(await sender.send(endpoint, get(`${secure}/v2/`))), 'plain');
    await assert.rejects(sender.send(endpointAt(secure), get(`${secure}/v2/`)), {
      code: 'REGISTRY_UNREACHABLE',
      message: `"${secure}" does not speak HTTPS`,
    });
  });
});

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

async function tcpServer(
  answer: (socket: Socket) => void,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined).resume();
    answer(socket);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await new Promise((closed) => server.close(closed));
    },
  };
}
