// Fetching files from real servers: what is asked of them, what comes of their answers.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type FetchedFile, fetchFile, type HttpFile } from '../../../../src/build/ops/http/index.ts';
import { get } from '../../../../src/build/ops/http/request.ts';
import type { RemoteAccess } from '../../../../src/build/remote.ts';
import { isCaissonError } from '../../../../src/core/index.ts';
import { openStore, type Store } from '../../../../src/store/index.ts';
import { serveHttp } from '../../../support/http-server.ts';

interface Fetcher extends AsyncDisposable {
  readonly store: Store;
  readonly fetch: (file: Partial<HttpFile> & { url: string }, access?: RemoteAccess) => Promise<FetchedFile>;
  readonly path: (fetched: FetchedFile, name?: string) => string;
}

async function openFetcher(): Promise<Fetcher> {
  const root = mkdtempSync('/var/tmp/caisson-http-');
  const store = await openStore({ root });
  const lease = store.lease();
  const { signal } = new AbortController();
  return {
    store,
    fetch: (file, access = { proxies: {} }) =>
      fetchFile({ fileName: 'f', checksum: undefined, ...file }, { store, lease, access, signal }),
    path: ({ layer }, name = 'f') => join(store.layers.driver.lower([layer])[0] ?? '', name),
    async [Symbol.asyncDispose]() {
      const { runDirectory } = store;
      assert.deepEqual(readdirSync(join(root, 'drafts')), []);
      await store[Symbol.asyncDispose]();
      rmSync(runDirectory, { recursive: true, force: true });
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const digestOf = (text: string | Buffer): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;
const date = 'Wed, 21 Oct 2015 07:28:00 GMT';

suite('a file', () => {
  test('has the server’s time, mode 0600, and its digest', async () => {
    await using server = await serveHttp({
      '/a': (_, response) => response.setHeader('Last-Modified', date).end('hello\n'),
    });
    await using fetcher = await openFetcher();
    const fetched = await fetcher.fetch({ url: `${server.url}/a` });
    const { mode, mtimeMs } = statSync(fetcher.path(fetched));
    assert.deepEqual([mode & 0o7777, mtimeMs], [0o600, Date.parse(date)]);
    assert.deepEqual([fetched.digest, fetched.cached], [digestOf('hello\n'), false]);
    assert.equal(readFileSync(fetcher.path(fetched), 'utf8'), 'hello\n');
  });

  test('is dated 1970 where the server gives no time, or none that can be read', async () => {
    await using server = await serveHttp({
      '/none': (_, response) => response.end('x'),
      '/bad': (_, response) => response.setHeader('Last-Modified', 'yesterday').end('y'),
    });
    await using fetcher = await openFetcher();
    for (const name of ['none', 'bad'])
      assert.equal(statSync(fetcher.path(await fetcher.fetch({ url: `${server.url}/${name}` }))).mtimeMs, 0);
  });

  test('that was sent compressed for the way is stored as it is', async () => {
    await using server = await serveHttp({
      '/a': (request, response) => {
        assert.match(String(request.headers['accept-encoding']), /gzip/);
        response.setHeader('Content-Encoding', 'gzip').end(gzipSync('plain'));
      },
    });
    await using fetcher = await openFetcher();
    assert.equal((await fetcher.fetch({ url: `${server.url}/a` })).digest, digestOf('plain'));
  });
});

suite('asking again', () => {
  test('one with a tag is asked about, and downloaded when it changed', async () => {
    let [tag, text] = ['"1"', 'one'];
    await using server = await serveHttp({
      '/a': ({ headers }, response) => {
        response.setHeader('ETag', tag);
        if (headers['if-none-match'] === tag) response.writeHead(304).end();
        else response.end(text);
      },
    });
    await using fetcher = await openFetcher();
    const url = `${server.url}/a`;
    const first = await fetcher.fetch({ url });
    const second = await fetcher.fetch({ url });
    assert.deepEqual([second.cached, second.layer, second.digest], [true, first.layer, first.digest]);
    [tag, text] = ['"2"', 'two'];
    const third = await fetcher.fetch({ url });
    assert.deepEqual([third.cached, third.digest], [false, digestOf('two')]);
    assert.equal(server.requests.length, 3);
  });

  test('one without a tag is asked about by its time', async () => {
    await using server = await serveHttp({
      '/a': ({ headers }, response) => {
        response.setHeader('Last-Modified', date);
        if (headers['if-modified-since'] === date) response.writeHead(304).end();
        else response.end('x');
      },
    });
    await using fetcher = await openFetcher();
    await fetcher.fetch({ url: `${server.url}/a` });
    assert.equal((await fetcher.fetch({ url: `${server.url}/a` })).cached, true);
  });

  test('a server that sends everything under the same tag is not listened to', async () => {
    await using server = await serveHttp({
      '/a': (_, response) => response.setHeader('ETag', '"1"').end('x'),
    });
    await using fetcher = await openFetcher();
    await fetcher.fetch({ url: `${server.url}/a` });
    assert.equal((await fetcher.fetch({ url: `${server.url}/a` })).cached, true);
  });

  test('one with neither is downloaded each time', async () => {
    await using server = await serveHttp({ '/a': (_, response) => response.end('x') });
    await using fetcher = await openFetcher();
    for (const _ of [1, 2]) assert.equal((await fetcher.fetch({ url: `${server.url}/a` })).cached, false);
  });

  test('one whose digest is expected is not asked for again', async () => {
    await using server = await serveHttp({ '/a': (_, response) => response.end('x') });
    await using fetcher = await openFetcher();
    const file = { url: `${server.url}/a`, checksum: digestOf('x') };
    await fetcher.fetch(file);
    assert.equal((await fetcher.fetch(file)).cached, true);
    assert.equal(server.requests.length, 1);
  });

  test('a pin holds a file fast', async () => {
    let text = 'one';
    await using server = await serveHttp({ '/a': (_, response) => response.end(text) });
    await using fetcher = await openFetcher();
    const access = { proxies: {}, pins: { http: () => digestOf('one') } };
    await fetcher.fetch({ url: `${server.url}/a` }, access);
    text = 'two';
    assert.equal((await fetcher.fetch({ url: `${server.url}/a` }, access)).digest, digestOf('one'));
  });
});

suite('redirects', () => {
  test('are followed, relative and absolute', async () => {
    await using server = await serveHttp({
      '/a': (_, response) => response.writeHead(302, { Location: 'b' }).end(),
      '/b': (_, response) => response.writeHead(308, { Location: `${server.url}/c` }).end(),
      '/c': (_, response) => response.end('there'),
    });
    await using fetcher = await openFetcher();
    assert.equal((await fetcher.fetch({ url: `${server.url}/a` })).digest, digestOf('there'));
  });

  test('that go on and on are refused', async () => {
    await using server = await serveHttp({
      '/a': (_, response) => response.writeHead(302, { Location: '/a' }).end(),
    });
    await using fetcher = await openFetcher();
    await assert.rejects(fetcher.fetch({ url: `${server.url}/a` }), {
      code: 'REDIRECTED_TOO_OFTEN',
      message: `Get "${server.url}/a": stopped after 10 redirects`,
    });
    assert.equal(server.requests.length, 11);
  });

  test('do not leave HTTP', async () => {
    await using server = await serveHttp({
      '/a': (_, response) => response.writeHead(302, { Location: 'file:///etc/passwd' }).end(),
    });
    await using fetcher = await openFetcher();
    await assert.rejects(fetcher.fetch({ url: `${server.url}/a` }), { code: 'URL_INVALID' });
  });

  test('take no credentials along to another host', async () => {
    const seen: (string | undefined)[] = [];
    await using other = await serveHttp({
      '/b': ({ headers }, response) => {
        seen.push(headers.authorization);
        response.end('x');
      },
    });
    await using server = await serveHttp({
      '/a': ({ headers }, response) => {
        seen.push(headers.authorization);
        response.writeHead(302, { Location: `${other.url}/b` }).end();
      },
    });
    await using fetcher = await openFetcher();
    const secret = (id: string) => (id === 'HTTP_AUTH_TOKEN_127.0.0.1' ? 'hidden\n' : undefined);
    await fetcher.fetch({ url: `${server.url}/a` }, { proxies: {}, secret });
    await fetcher.fetch({ url: `${server.url.replace('//', '//me:pass@')}/a` });
    const basic = `Basic ${Buffer.from('me:pass').toString('base64')}`;
    assert.deepEqual(seen, ['Bearer hidden', undefined, basic, undefined]);
  });
});

suite('credentials', () => {
  test('come from secrets named after the host; a token wins over a header', async () => {
    await using server = await serveHttp({
      '/a': ({ headers }, response) => response.end(headers.authorization ?? 'none'),
    });
    await using fetcher = await openFetcher();
    const fetchWith = async (secrets: Readonly<Record<string, string>>): Promise<string> => {
      const access = { proxies: {}, secret: (id: string) => secrets[id] };
      return readFileSync(fetcher.path(await fetcher.fetch({ url: `${server.url}/a` }, access)), 'utf8');
    };
    assert.equal(await fetchWith({}), 'none');
    assert.equal(await fetchWith({ 'HTTP_AUTH_HEADER_127.0.0.1': 'Basic abc' }), 'Basic abc');
    assert.equal(
      await fetchWith({ 'HTTP_AUTH_HEADER_127.0.0.1': 'Basic abc', 'HTTP_AUTH_TOKEN_127.0.0.1': 't' }),
      'Bearer t',
    );
    assert.equal(await fetchWith({ 'HTTP_AUTH_TOKEN_example.com': 't' }), 'none');
  });

  test('of more than one line are refused, and not shown', async () => {
    await using server = await serveHttp({ '/a': (_, response) => response.end('x') });
    await using fetcher = await openFetcher();
    const access = { proxies: {}, secret: () => 'hidden\r\nX-Evil: 1' };
    await assert.rejects(fetcher.fetch({ url: `${server.url}/a` }, access), (error) => {
      assert.ok(isCaissonError(error, 'SECRET_INVALID'));
      assert.doesNotMatch(error.message, /hidden/);
      return true;
    });
    assert.deepEqual(server.requests, []);
  });

  test('of a URL are in no message and no record', async () => {
    await using server = await serveHttp({ '/a': (_, response) => response.end('x') });
    await using fetcher = await openFetcher();
    const withUser = server.url.replace('//', '//me:pass@');
    await fetcher.fetch({ url: `${withUser}/a` });
    assert.doesNotMatch(JSON.stringify(fetcher.store.cache.list()), /pass/);
    await assert.rejects(fetcher.fetch({ url: `${withUser}/missing` }), (error) => {
      assert.ok(isCaissonError(error, 'FETCH_FAILED'));
      assert.match(error.message, /\/\/xxxxx@127/);
      assert.doesNotMatch(error.message, /pass/);
      return true;
    });
  });
});

suite('failures', () => {
  const cases: readonly (readonly [status: number, hint: RegExp])[] = [
    [401, /HTTP_AUTH_TOKEN_/],
    [404, /spelling/],
    [503, /again later/],
  ];
  for (const [status, hint] of cases)
    test(`status ${status} is told with a remedy`, async () => {
      await using server = await serveHttp({ '/a': (_, response) => response.writeHead(status).end('no') });
      await using fetcher = await openFetcher();
      await assert.rejects(fetcher.fetch({ url: `${server.url}/a` }), (error) => {
        assert.ok(isCaissonError(error, 'FETCH_FAILED'));
        assert.match(error.message, new RegExp(`invalid response status ${status}`));
        assert.match(error.hint ?? '', hint);
        return true;
      });
    });

  test('a body that ends early is no file', async () => {
    await using server = await serveHttp({
      '/a': (_, response) => {
        response.writeHead(200, { 'Content-Length': 100 }).write('short');
        setTimeout(() => response.destroy(), 20);
      },
    });
    await using fetcher = await openFetcher();
    await assert.rejects(fetcher.fetch({ url: `${server.url}/a` }), {
      code: 'FETCH_FAILED',
      message: `Get "${server.url}/a": unexpected EOF: 5 of 100 bytes came`,
    });
  });

  test('a file that differs from its checksum is refused in BuildKit’s words', async () => {
    await using server = await serveHttp({ '/a': (_, response) => response.end('x') });
    await using fetcher = await openFetcher();
    await assert.rejects(fetcher.fetch({ url: `${server.url}/a`, checksum: digestOf('y') }), {
      code: 'CHECKSUM_MISMATCH',
      message: `digest mismatch ${digestOf('x')}: ${digestOf('y')}`,
    });
  });

  test('a file larger than the disk is refused before it is written', async () => {
    await using server = await serveHttp({
      '/a': (_, response) => response.writeHead(200, { 'Content-Length': 2 ** 52 }).write('x'),
    });
    await using fetcher = await openFetcher();
    await assert.rejects(fetcher.fetch({ url: `${server.url}/a` }), { code: 'FETCH_TOO_LARGE' });
  });

  test('a host that does not answer, and one that says nothing', async () => {
    await using server = await serveHttp({ '/a': () => undefined });
    await using fetcher = await openFetcher();
    const free = createServer();
    await new Promise<void>((ready) => free.listen(0, '127.0.0.1', ready));
    const { port } = free.address() as { readonly port: number };
    await new Promise((closed) => free.close(closed));
    await assert.rejects(fetcher.fetch({ url: `http://127.0.0.1:${port}/a` }), (error) => {
      assert.ok(isCaissonError(error, 'FETCH_FAILED'));
      assert.match(error.hint ?? '', /Nothing listens/);
      return true;
    });
    const { signal } = new AbortController();
    const silent = { url: `${server.url}/a`, headers: {}, authorization: undefined, proxies: {}, signal };
    await assert.rejects(get({ ...silent, patience: 50 }), /the server sent nothing for 0.05 s/);
  });
});

test('proxies are asked in the server’s place, but not for what they are not for', async () => {
  await using proxy = await serveHttp({ '*': (request, response) => response.end(`via ${request.url}`) });
  await using server = await serveHttp({ '/a': (_, response) => response.end('direct') });
  await using fetcher = await openFetcher();
  const text = async (proxies: Readonly<Record<string, string>>, url: string): Promise<string> =>
    readFileSync(fetcher.path(await fetcher.fetch({ url }, { proxies })), 'utf8');
  const asked = 'http://files.example/a';
  assert.equal(await text({ HTTP_PROXY: proxy.url }, asked), `via ${asked}`);
  assert.equal(await text({ HTTP_PROXY: new URL(proxy.url).host }, `${asked}/b`), `via ${asked}/b`);
  // What is on the loopback interface is nobody else's.
  assert.equal(await text({ HTTP_PROXY: proxy.url }, `${server.url}/a`), 'direct');
  await assert.rejects(text({ HTTP_PROXY: 'socks5://me:secret@files.example' }, `${asked}/c`), (error) => {
    assert.ok(isCaissonError(error, 'PROXY_INVALID'));
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});
