// Registries and token services that are not what they should be.

import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { createAuthorizer, verifyLogin } from '../../../../src/registry/client/auth/index.ts';
import type { Credentials } from '../../../../src/registry/types.ts';
import { type Answer, serveHttp } from '../../../support/http-server.ts';
import { clientOf, endpointAt, unstopped } from '../endpoint.ts';

const options = { signal: unstopped };
const secretOf = { username: 'me', password: 'hush-hush' };
const base64 = Buffer.from('me:hush-hush').toString('base64');

/** A registry that wants a token of `/token`, which `answer` gives; `Bearer good` is let in. */
async function registryWith(answer: Answer, challenge = '') {
  let url = '';
  const server = await serveHttp({
    '/token': answer,
    '*': (request: IncomingMessage, response: ServerResponse) => {
      const isIn = request.headers.authorization === 'Bearer good';
      const realm = `Bearer realm="${url}/token",service="s"${challenge}`;
      if (isIn) response.writeHead(404).end();
      else response.writeHead(401, { 'www-authenticate': realm }).end();
    },
  });
  url = server.url;
  return server;
}

function clientWith(url: string, credentials: Credentials | undefined = secretOf) {
  return clientOf([endpointAt(url)], {
    authorizer: (transport) => createAuthorizer(transport, { credentials: { get: async () => credentials } }),
    login: verifyLogin,
  });
}

const good: Answer = (_, response) => response.end('{"token": "good"}');

describe('a token service', () => {
  const useless: Readonly<Record<string, string>> = {
    nothing: '',
    'no JSON': '<html>',
    'no token': '{"tokens": "x"}',
    'a number': '{"token": 1}',
    'an empty token': '{"token": ""}',
    'a list': '[]',
    null: 'null',
    'a token of two megabytes': `{"token": "${'x'.repeat(2 << 20)}"}`,
  };
  for (const [name, answer] of Object.entries(useless))
    it(`that gives ${name} is an error`, async () => {
      await using server = await registryWith((_, response) => response.end(answer));
      await using client = clientWith(server.url);
      const asked = client.repository(`${new URL(server.url).host}/app`).resolve('latest', options);
      await assert.rejects(asked, { code: 'REGISTRY_ERROR', message: /gives no token/ });
    });

  const unfit: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a token with a line break': [
      'x\r\nhost: evil',
      /gives a token with characters that no header can have$/,
    ],
    'a token with an escape': ['x\u001b[31m', /gives a token with characters that no header can have$/],
    'a token of other letters': ['tökén', /gives a token with characters that no header can have$/],
    'a token that no header has room for': [
      'x'.repeat(65_537),
      /gives a token of 65537 characters; at most 65536 can be sent$/,
    ],
  };
  for (const [name, [token, message]] of Object.entries(unfit)) {
    const refresh = token.length > 65_536 ? [{ token: 'good', refresh_token: token }] : [];
    for (const answer of [{ token }, { access_token: token }, ...refresh])
      it(`that gives ${name} as ${Object.keys(answer).at(-1)} is told so, and it is sent nowhere`, async () => {
        await using server = await registryWith((_, response) => response.end(JSON.stringify(answer)));
        await using client = clientWith(server.url);
        const { host } = new URL(server.url);
        const told = { code: 'REGISTRY_ERROR', message };
        await assert.rejects(client.repository(`${host}/app`).resolve('latest', options), told);
        await assert.rejects(client.login(host, secretOf, options), told);
        const asked = new Set(server.requests.map((request) => request.replace(/\?.*/, '')));
        assert.deepEqual(asked, new Set(['HEAD /v2/app/manifests/latest', 'GET /v2/', 'GET /token']));
        assert.equal(server.requests.length, 4);
      });

    it(`${name} of a credential file is sent nowhere`, async () => {
      await using server = await registryWith(good);
      await using client = clientWith(server.url, { registryToken: token });
      const { host } = new URL(server.url);
      const told = {
        code: 'CREDENTIALS_INVALID',
        message: /^The registry token for "127.0.0.1:\d+" is one /,
      };
      await assert.rejects(client.repository(`${host}/app`).resolve('latest', options), told);
      await assert.rejects(client.login(host, { registryToken: token }, options), told);
    });
  }

  const lifetimes = [
    '"expires_in": 0',
    '"expires_in": -5',
    '"expires_in": "soon"',
    '"issued_at": "once"',
    '"x": 1',
  ];
  for (const said of lifetimes)
    it(`may say of its token ${said}`, async () => {
      await using server = await registryWith((_, response) =>
        response.end(`{"access_token": "good", ${said}}`),
      );
      await using client = clientWith(server.url);
      const repository = client.repository(`${new URL(server.url).host}/app`);
      for (const tag of ['a', 'b']) assert.equal(await repository.resolve(tag, options), undefined);
      assert.equal(server.requests.filter((line) => line.startsWith('GET /token')).length, 1);
    });

  it('that redirects to another place gets a password sent there no more', async () => {
    const seen: (string | undefined)[] = [];
    await using elsewhere = await serveHttp({
      '/token': (request, response) => {
        seen.push(request.headers.authorization);
        good(request, response);
      },
    });
    await using server = await registryWith((_, response) =>
      response.writeHead(307, { location: `${elsewhere.url}/token` }).end(),
    );
    await using client = clientWith(server.url);
    await client.repository(`${new URL(server.url).host}/app`).resolve('latest', options);
    assert.deepEqual(seen, [undefined]);
  });

  it('that redirects to another place gets no identity token sent there', async () => {
    let seen = '';
    await using elsewhere = await serveHttp({
      '/token': async (request, response) => {
        seen += await text(request);
        good(request, response);
      },
    });
    await using server = await registryWith((_, response) =>
      response.writeHead(307, { location: `${elsewhere.url}/token` }).end(),
    );
    await using client = clientWith(server.url, { identityToken: 'hush-hush' });
    const asked = client.repository(`${new URL(server.url).host}/app`).resolve('latest', options);
    await assert.rejects(asked, { code: 'REGISTRY_ERROR' });
    assert.equal(seen, '');
  });

  it('that repeats the password it refuses does not make it known', async () => {
    await using server = await registryWith((request, response) =>
      response
        .writeHead(401)
        .end(JSON.stringify({ details: `bad: hush-hush ${request.headers.authorization}` })),
    );
    await using client = clientWith(server.url);
    await assert.rejects(client.login(new URL(server.url).host, secretOf, options), (error) => {
      assert.ok(isCaissonError(error, 'UNAUTHORIZED'));
      assert.ok(!`${error.message} ${error.hint}`.includes('hush-hush'), error.message);
      assert.ok(!`${error.message} ${error.hint}`.includes(base64), error.message);
      return true;
    });
  });

  it('is asked again when it is busy', async () => {
    let count = 0;
    await using server = await registryWith((request, response) => {
      count += 1;
      if (count < 3) response.writeHead(503).end();
      else good(request, response);
    });
    await using client = clientWith(server.url);
    assert.equal(
      await client.repository(`${new URL(server.url).host}/app`).resolve('latest', options),
      undefined,
    );
    assert.equal(count, 3);
  });
});

describe('a registry', () => {
  it('that refuses every token is asked a few times, not for ever', async () => {
    await using server = await registryWith(
      (_, response) => response.end('{"token": "bad"}'),
      ',error="invalid_token"',
    );
    await using client = clientWith(server.url);
    const asked = client.repository(`${new URL(server.url).host}/app`).resolve('latest', options);
    await assert.rejects(asked, { code: 'UNAUTHORIZED' });
    assert.ok(server.requests.length <= 8, server.requests.join('\n'));
  });

  it('that wants more than was thought is given a token for that', async () => {
    const scopes: string[][] = [];
    await using server = await registryWith((request, response) => {
      scopes.push(new URL(request.url ?? '', 'http://x').searchParams.getAll('scope'));
      good(request, response);
    }, ',scope="repository:real/name:pull",error="insufficient_scope"');
    await using client = clientWith(server.url);
    await client.repository(`${new URL(server.url).host}/app`).resolve('latest', options);
    assert.deepEqual(scopes, [['repository:app:pull', 'repository:real/name:pull']]);
  });

  it('that refuses a password is given the next one that the source has', async () => {
    let count = 0;
    const get = async () => ({ username: 'me', password: `pw${count++}` });
    await using server = await serveHttp({
      '*': (request, response) => {
        const isIn = request.headers.authorization === `Basic ${btoa('me:pw1')}`;
        response.writeHead(isIn ? 404 : 401, { 'www-authenticate': 'Basic realm=x' }).end();
      },
    });
    await using client = clientOf([endpointAt(server.url)], {
      authorizer: (transport) => createAuthorizer(transport, { credentials: { get } }),
    });
    const repository = client.repository(`${new URL(server.url).host}/app`);
    for (const tag of ['a', 'b']) assert.equal(await repository.resolve(tag, options), undefined);
    assert.equal(count, 2);
    assert.equal(server.requests.length, 4);
  });

  it('that offers nothing we know is refused', async () => {
    await using server = await serveHttp({
      '*': (_, response) => response.writeHead(401, { 'www-authenticate': 'Negotiate' }).end(),
    });
    await using client = clientWith(server.url);
    const asked = client.repository(`${new URL(server.url).host}/app`).resolve('latest', options);
    await assert.rejects(asked, { code: 'UNAUTHORIZED' });
    await assert.rejects(client.login(new URL(server.url).host, secretOf, options), { code: 'UNAUTHORIZED' });
  });

  it('that is none cannot be logged in to', async () => {
    await using server = await serveHttp({
      '*': (_, response) => response.writeHead(418).end('<h1>tea</h1>'),
    });
    await using client = clientWith(server.url);
    await assert.rejects(client.login(new URL(server.url).host, secretOf, options), isCaissonError);
  });
});
