// Proxies of the environment: which requests go there, and what is said of those that are no use.

import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { createTransport } from '../../../../src/registry/client/transport/index.ts';
import { isExempt } from '../../../../src/registry/client/transport/no-proxy.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { serveHttp } from '../../../support/http-server.ts';
import { endpointAt, quick, unstopped } from '../endpoint.ts';

const trusting = { tls: { skipVerify: true } };

/** What is asked in plain is answered by the proxy itself; tunnels end at 127.0.0.1, whatever name they are for. */
interface TestProxy extends AsyncDisposable {
  readonly host: string;
  readonly seen: string[];
}

async function serveProxy(): Promise<TestProxy> {
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const note = ({ method, url, headers }: IncomingMessage) =>
    seen.push([method, url, headers['proxy-authorization'] ?? []].flat().join(' '));
  const server = createServer((request, response) => {
    note(request);
    response.end('by proxy');
  });
  server.on('connect', (request, client: Socket) => {
    note(request);
    const target = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    for (const socket of [client, target]) sockets.add(socket.on('error', () => undefined));
  });
  return {
    host: `127.0.0.1:${await portOf(server)}`,
    seen,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return (server.address() as AddressInfo).port;
}

async function asked(environment: NodeJS.ProcessEnv, url: string): Promise<string> {
  await using sender = createTransport({ retries: quick, environment });
  const request = { method: 'GET', url: new URL(url), signal: unstopped } as const;
  return await text((await sender.send(endpointAt(url, trusting), request)).body);
}

describe('proxies', () => {
  const certificates = makeCertificates();
  const secure = createHttpsServer(certificates.server, (_, response) => response.end('secure'));
  let securePort: number;
  let proxy: TestProxy;
  before(async () => {
    proxy = await serveProxy();
    securePort = await portOf(secure);
  });
  after(async () => {
    await proxy[Symbol.asyncDispose]();
    secure.closeAllConnections();
    await new Promise((closed) => secure.close(closed));
  });

  for (const name of ['HTTPS_PROXY', 'https_proxy'])
    it(`${name}: HTTPS goes through a tunnel`, async () => {
      const host = `registry.test:${securePort}`;
      assert.equal(await asked({ [name]: `http://${proxy.host}` }, `https://${host}/v2/`), 'secure');
      assert.equal(proxy.seen.at(-1), `CONNECT ${host}`);
    });

  for (const name of ['HTTP_PROXY', 'http_proxy'])
    it(`${name}: plain HTTP is asked for there`, async () => {
      assert.equal(await asked({ [name]: `http://${proxy.host}` }, 'http://registry.test/v2/'), 'by proxy');
      assert.equal(proxy.seen.at(-1), 'GET http://registry.test/v2/');
    });

  it('a host and a port alone are a proxy that is spoken to by HTTP, with a user or without', async () => {
    assert.equal(await asked({ HTTP_PROXY: proxy.host }, 'http://registry.test/v2/'), 'by proxy');
    assert.equal(
      await asked({ HTTP_PROXY: `me:p%40ss@${proxy.host}` }, 'http://registry.test/a'),
      'by proxy',
    );
    const user = Buffer.from('me:p@ss').toString('base64');
    assert.equal(proxy.seen.at(-1), `GET http://registry.test/a Basic ${user}`);
    await asked(
      { HTTPS_PROXY: proxy.host.replace('127.0.0.1', 'localhost') },
      `https://a.test:${securePort}`,
    );
    assert.equal(proxy.seen.at(-1), `CONNECT a.test:${securePort}`);
  });

  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', 'LOCALHOST', '[::1]', '[::ffff:127.0.0.1]'])
    it(`${host} is never asked through a proxy`, async () => {
      const { seen } = proxy;
      const before = seen.length;
      const environment = {
        HTTP_PROXY: `http://${proxy.host}`,
        HTTPS_PROXY: `http://${proxy.host}`,
        NO_PROXY: 'x',
      };
      for (const scheme of ['http', 'https'])
        await asked(environment, `${scheme}://${host}:1/v2/`).catch(() => undefined);
      assert.deepEqual(seen.slice(before), []);
    });

  it('redirects to this machine leave the proxy, those away from it go there', async () => {
    await using server = await serveHttp({
      '/away': (_, response) => response.writeHead(307, { location: 'http://registry.test/there' }).end(),
    });
    const before = proxy.seen.length;
    assert.equal(await asked({ HTTP_PROXY: proxy.host }, `${server.url}/away`), 'by proxy');
    assert.deepEqual(proxy.seen.slice(before), ['GET http://registry.test/there']);
    await using back = await serveHttp({ '*': (_, response) => response.end('direct') });
    await using sending = await serveHttp({
      '*': (_, response) => response.writeHead(307, { location: `${back.url}/here` }).end(),
    });
    const asProxy = { HTTP_PROXY: new URL(sending.url).host };
    assert.equal(await asked(asProxy, 'http://registry.test/v2/'), 'direct');
  });

  it('what NO_PROXY names is asked directly', async () => {
    await using sender = createTransport({
      retries: { ...quick, tries: 1 },
      environment: { HTTP_PROXY: proxy.host, NO_PROXY: 'a.test,0.0.0.0/8' },
    });
    const seen = proxy.seen.length;
    const url = new URL('http://0.0.0.0:1/v2/');
    const request = { method: 'GET', url, signal: unstopped } as const;
    await assert.rejects(
      sender.send(endpointAt(url.href), request),
      /"http:..0\.0\.0\.0:1" cannot be reached: /,
    );
    assert.equal(proxy.seen.length, seen);
  });

  for (const [given, shown] of [
    ['socks5://me:secret@127.0.0.1:1080', 'socks5://***@127.0.0.1:1080'],
    ['http://me:secret@', 'http://***@'],
    ['me:secret@ho st:1', '***@ho st:1'],
    ['http://me:%zz@proxy.test', 'http://***@proxy.test'],
    ['http://[::1', 'http://[::1'],
  ] as const)
    it(`${shown} is no proxy that can be used`, async () => {
      for (const scheme of ['http', 'https'])
        await assert.rejects(asked({ [`${scheme}_proxy`]: given }, `${scheme}://registry.test/v2/`), {
          code: 'PROXY_INVALID',
          message: `${scheme}_proxy names no proxy that can be used: "${shown}"`,
        });
    });

  it('one that is not there is named, without its password', async () => {
    await assert.rejects(asked({ HTTPS_PROXY: 'http://me:secret@127.0.0.1:1' }, 'https://registry.test/'), {
      code: 'REGISTRY_UNREACHABLE',
      message:
        '"https://registry.test" cannot be reached through the proxy "http://127.0.0.1:1" (HTTPS_PROXY): nothing listens there',
      hint: 'Check HTTPS_PROXY; what NO_PROXY names is reached without a proxy.',
    });
  });

  it('one that makes no tunnel is named with its answer', async () => {
    const refusing = createServer().on('connect', (_, client: Socket) => {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    const host = `127.0.0.1:${await portOf(refusing)}`;
    try {
      await assert.rejects(asked({ HTTPS_PROXY: `me:secret@${host}` }, 'https://registry.test/'), {
        message: `"https://registry.test" cannot be reached through the proxy "http://${host}" (HTTPS_PROXY): it makes no tunnel (HTTP 407)`,
      });
    } finally {
      refusing.closeAllConnections();
      await new Promise((closed) => refusing.close(closed));
    }
  });
});

describe('NO_PROXY', () => {
  for (const [list, url, exempt] of [
    ['registry.test', 'http://registry.test/', true],
    ['a.test, Registry.test', 'http://registry.test/', true],
    ['', 'http://registry.test/', false],
    ['test', 'http://registry.test/', true],
    ['.test', 'http://registry.test/', true],
    ['*.test', 'http://registry.test/', true],
    ['.registry.test', 'http://registry.test/', false],
    ['try.test', 'http://registry.test/', false],
    ['registry.test:80', 'http://registry.test/', true],
    ['registry.test:80', 'https://registry.test/', false],
    ['*', 'http://registry.test/', true],
    ['10.0.0.0/8', 'http://10.1.2.3:5000/', true],
    ['10.0.0.0/8', 'http://11.1.2.3:5000/', false],
    ['10.0.0.0/8', 'http://10.test/', false],
    ['10.1.2.3/99,/', 'http://10.1.2.3/', false],
    ['10.1.2.3', 'http://10.1.2.3:5000/', true],
    ['10.1.2.3:5001', 'http://10.1.2.3:5000/', false],
    ['[fd00:0::2]:5000', 'http://[fd00::2]:5000/', true],
    ['fd00::2', 'http://[fd00::2]:5000/', true],
    ['fd00::/8', 'http://[fd00::2]:5000/', true],
    ['fd00::3', 'http://[fd00::2]:5000/', false],
  ] as const)
    it(`"${list}" ${exempt ? 'is' : 'is not'} about ${url}`, () => {
      assert.equal(isExempt(new URL(url), list), exempt);
    });
});
