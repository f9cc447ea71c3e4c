// Access control over HTTP: challenges, refusals, tokens of our own service and of another.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { hashSync } from 'bcryptjs';
import { signToken } from '../../../../src/registry/server/auth/jwt.ts';
import { pushBlob, pushImage } from '../collect/content.ts';
import { operatedRegistry } from '../operated.ts';

const htpasswd = `ann:${hashSync('ann pass', 4)}\nbob:${hashSync('bob:päss', 4)}\n`;
const access = JSON.stringify({
  repositories: {
    'open/**': { pull: ['anonymous'], push: ['ann'], delete: ['ann'] },
    'closed/**': { pull: ['bob'], push: ['bob'] },
  },
});

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const ann = basic('ann', 'ann pass');
const bob = basic('bob', 'bob:päss');

function guarded(tokenService = false) {
  return operatedRegistry({ htpasswd, access }, (file) => ({
    auth: [`htpasswd:${file('htpasswd')}`],
    access: file('access'),
    tokenService,
  }));
}

async function ask(url: string, authorization?: string, method = 'GET') {
  const response = await fetch(url, { method, ...(authorization ? { headers: { authorization } } : {}) });
  const text = await response.text();
  const { errors = [] } = (text.startsWith('{') ? JSON.parse(text) : {}) as { errors?: { code: string }[] };
  return {
    status: response.status,
    code: errors[0]?.code,
    challenge: response.headers.get('www-authenticate'),
    text,
    headers: response.headers,
  };
}

describe('access by password and rules', () => {
  it('lets nobody wait for the wrong passwords that another address sends, at the token service neither', async () => {
    await using registry = await guarded(true);
    const get = async (path: string, localAddress: string, authorization: string): Promise<number> => {
      const outgoing = request(new URL(path, registry.url), { localAddress, headers: { authorization } });
      const [answer] = (await once(outgoing.end(), 'response')) as [IncomingMessage];
      answer.resume();
      return answer.statusCode ?? 0;
    };
    const paths = [
      ['/v2/', bob],
      ['/token', ann],
    ] as const;
    for (const [path, login] of paths) {
      const statuses: number[] = [];
      let isOver = false;
      const flood = async (_: unknown, index: number): Promise<void> => {
        for (let count = 0; !isOver; count += 1)
          statuses.push(await get(path, '127.0.0.2', basic('ann', `${index} ${count}`)));
      };
      const flooding = Array.from({ length: 100 }, flood);
      for (const deadline = Date.now() + 20_000; !statuses.includes(429); await delay(5))
        assert.ok(Date.now() < deadline);
      const other = await get(path, '127.0.0.3', login);
      isOver = true;
      await Promise.all(flooding);
      assert.equal(other, 200);
      assert.deepEqual([...new Set(statuses)].sort(), [401, 429]);
    }
  });

  it('follows who asks and what for', async () => {
    await using registry = await guarded();
    await pushImage(registry.storage, 'open/app', 'v1');
    await pushImage(registry.storage, 'closed/app', 'v1');
    const cases = [
      ['GET', '/v2/', undefined, 401, 'UNAUTHORIZED'],
      ['GET', '/v2/', 'Basic Og==', 401, 'UNAUTHORIZED'],
      ['GET', '/v2/', ann, 200, undefined],
      ['GET', '/v2/', basic('ann', 'wrong'), 401, 'UNAUTHORIZED'],
      ['GET', '/v2/', basic('nobody', 'ann pass'), 401, 'UNAUTHORIZED'],
      ['GET', '/v2/', 'Basic !!!', 401, 'UNAUTHORIZED'],
      ['GET', '/v2/', 'Negotiate abc', 401, 'UNAUTHORIZED'],
      ['GET', '/v2/', 'Bearer abc', 401, 'UNAUTHORIZED'],
      ['GET', '/v2/open/app/manifests/v1', undefined, 200, undefined],
      ['GET', '/v2/open/app/manifests/v1', 'Basic Og==', 200, undefined],
      ['GET', '/v2/open/app/manifests/v1', basic('ann', 'wrong'), 401, 'UNAUTHORIZED'],
      ['POST', '/v2/open/app/blobs/uploads/', undefined, 401, 'UNAUTHORIZED'],
      ['POST', '/v2/open/app/blobs/uploads/', bob, 403, 'DENIED'],
      ['POST', '/v2/open/app/blobs/uploads/', ann, 202, undefined],
      ['GET', '/v2/closed/app/manifests/v1', undefined, 401, 'UNAUTHORIZED'],
      ['GET', '/v2/closed/app/manifests/v1', ann, 403, 'DENIED'],
      ['GET', '/v2/closed/app/manifests/v1', bob, 200, undefined],
      ['GET', '/v2/closed/none/manifests/v1', ann, 403, 'DENIED'],
      ['DELETE', '/v2/closed/app/manifests/v1', bob, 403, 'DENIED'],
      ['DELETE', '/v2/open/app/manifests/v1', ann, 202, undefined],
      ['GET', '/healthz', undefined, 200, undefined],
      ['GET', '/metrics', undefined, 401, 'UNAUTHORIZED'],
      ['GET', '/metrics', bob, 200, undefined],
      ['GET', '/token', ann, 404, 'UNSUPPORTED'],
    ] as const;
    for (const [method, path, authorization, status, code] of cases) {
      const answer = await ask(registry.url + path, authorization, method);
      assert.deepEqual([answer.status, answer.code], [status, code], `${method} ${path} ${authorization}`);
      if (status === 401) assert.equal(answer.challenge, 'Basic realm="Caisson registry", charset="UTF-8"');
      assert.ok(!answer.text.includes('ann pass'));
    }
  });

  it('shows pages of what one may pull', async () => {
    await using registry = await guarded();
    await pushImage(registry.storage, 'open/app', 'v1');
    await pushImage(registry.storage, 'closed/app', 'v1');
    const page = (name: string, who?: string) => ask(`${registry.url}/ui/repository?name=${name}`, who);
    assert.match((await page('open/app')).text, /<h1>open\/app<\/h1>[\s\S]*v1/);
    assert.equal((await page('closed/app')).status, 401);
    assert.equal((await page('closed/app', ann)).status, 403);
    assert.equal((await page('closed/app', bob)).status, 200);
    const list = (await ask(`${registry.url}/`, ann)).text;
    assert.deepEqual([list.includes('open/app'), list.includes('closed/app')], [true, false]);
  });

  it('lists repositories that one may pull, page by page', async () => {
    await using registry = await guarded();
    for (const name of ['closed/a', 'open/a', 'closed/b', 'open/b', 'open/c'])
      await pushBlob(registry.storage, name);
    const list = async (query: string, who?: string) => {
      const { text, headers } = await ask(`${registry.url}/v2/_catalog${query}`, who);
      return [(JSON.parse(text) as { repositories: string[] }).repositories, headers.get('link')];
    };
    assert.deepEqual(await list('', bob), [['closed/a', 'closed/b', 'open/a', 'open/b', 'open/c'], null]);
    assert.deepEqual(await list(''), [['open/a', 'open/b', 'open/c'], null]);
    assert.deepEqual(await list('?n=2'), [
      ['open/a', 'open/b'],
      '</v2/_catalog?n=2&last=open%2Fb>; rel="next"',
    ]);
    assert.deepEqual(await list('?n=2&last=open%2Fb', ann), [['open/c'], null]);
  });

  it('mounts only from where one may pull, and then has it uploaded', async () => {
    await using registry = await guarded();
    const { digest } = await pushBlob(registry.storage, 'closed/secret');
    const url = `${registry.url}/v2/open/app/blobs/uploads/?mount=${digest}`;
    for (const query of ['&from=closed/secret', ''])
      assert.equal((await ask(url + query, ann, 'POST')).status, 202);
    assert.equal(await registry.storage.blob('open/app', digest), undefined);
    assert.equal(
      (
        await ask(
          `${registry.url}/v2/closed/app/blobs/uploads/?mount=${digest}&from=closed/secret`,
          bob,
          'POST',
        )
      ).status,
      201,
    );
  });
});

describe('the token service', () => {
  it('leaves the web pages to passwords, which browsers ask for', async () => {
    await using registry = await guarded(true);
    await pushImage(registry.storage, 'closed/app', 'v1');
    const page = `${registry.url}/ui/repository?name=closed/app`;
    const { status, challenge } = await ask(page);
    assert.equal(status, 401);
    assert.match(challenge ?? '', /^Basic realm=/);
    assert.equal((await ask(page, bob)).status, 200);
    assert.equal((await ask(page, ann)).status, 403);
  });

  it('is named by the challenge and gives tokens that do what the rules allow', async () => {
    await using registry = await guarded(true);
    await pushImage(registry.storage, 'closed/app', 'v1');
    const manifest = `${registry.url}/v2/closed/app/manifests/v1`;
    const { challenge } = await ask(manifest);
    assert.equal(
      challenge,
      `Bearer realm="${registry.url}/token",service="Caisson registry",scope="repository:closed/app:pull"`,
    );
    const query = 'service=Caisson+registry&scope=repository:closed/app:pull';
    const tokenFor = async (who?: string) => {
      const { text } = await ask(`${registry.url}/token?${query}`, who);
      const { token, access_token, expires_in } = JSON.parse(text) as { [key: string]: string };
      assert.deepEqual([token, expires_in], [access_token, 300]);
      return `Bearer ${token}`;
    };
    assert.equal((await ask(manifest, await tokenFor(bob))).status, 200);
    for (const weak of [await tokenFor(ann), await tokenFor()]) {
      const refused = await ask(manifest, weak);
      assert.deepEqual([refused.status, refused.code], [401, 'UNAUTHORIZED']);
      assert.match(String(refused.challenge), /error="insufficient_scope"$/);
    }
    assert.equal((await ask(`${registry.url}/v2/`, await tokenFor(bob))).status, 200);
    const forged = await ask(manifest, `${(await tokenFor(bob)).slice(0, -4)}AAAA`);
    assert.match(String(forged.challenge), /error="invalid_token"$/);
  });

  it('shows metrics to users, not to who has a token that anybody is given', async () => {
    await using registry = await guarded(true);
    const withToken = async (who?: string) => {
      const { token } = JSON.parse((await ask(`${registry.url}/token`, who)).text) as { token: string };
      return (await ask(`${registry.url}/metrics`, `Bearer ${token}`)).status;
    };
    assert.equal((await ask(`${registry.url}/metrics`)).status, 401);
    assert.equal(await withToken(), 401);
    assert.equal(await withToken(bob), 200);
    assert.equal((await ask(`${registry.url}/metrics`, ann)).status, 200);
  });

  it('asks for both repositories of a mount at once', async () => {
    await using registry = await guarded(true);
    const digest = `sha256:${'0'.repeat(64)}`;
    const { challenge } = await ask(
      `${registry.url}/v2/open/a/blobs/uploads/?mount=${digest}&from=open/b`,
      undefined,
      'POST',
    );
    assert.match(String(challenge), /scope="repository:open\/a:pull,push repository:open\/b:pull"$/);
  });

  it('refuses wrong passwords, other services and other grants', async () => {
    await using registry = await guarded(true);
    const token = `${registry.url}/token`;
    assert.equal((await ask(`${token}?service=x`, bob)).status, 403);
    assert.equal((await ask(token, basic('bob', 'x'))).status, 401);
    assert.equal((await ask(token, 'Bearer x')).status, 401);
    const post = (fields: Record<string, string>) =>
      fetch(token, { method: 'POST', body: new URLSearchParams(fields) });
    assert.equal((await post({ grant_type: 'refresh_token', refresh_token: 'x' })).status, 400);
    assert.equal((await post({ grant_type: 'password', username: 'bob', password: 'x' })).status, 401);
    const good = await post({
      grant_type: 'password',
      username: 'bob',
      password: 'bob:päss',
      scope: 'repository:closed/x:push',
    });
    const { access_token } = (await good.json()) as { access_token: string };
    assert.equal(
      (await ask(`${registry.url}/v2/closed/x/blobs/uploads/`, `Bearer ${access_token}`, 'POST')).status,
      202,
    );
    const long = await fetch(token, { method: 'POST', body: `scope=${'x'.repeat(100_000)}` });
    assert.equal(long.status, 400);
  });
});

describe("another service's tokens", () => {
  it('are taken by their claims alone, or by claims and rules', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const now = Math.floor(Date.now() / 1000);
    const token = (name: string) =>
      `Bearer ${signToken({ issuer: 'auth', service: 'reg', subject: 'eve', access: [{ type: 'repository', name, actions: ['pull', 'push'] }], issuedAt: now, expires: now + 60, id: '1' }, privateKey, 'x')}`;
    const settings = (file: (name: string) => string) => ({
      auth: [`token:realm=https://auth.example/token,service=reg,issuer=auth,certs=${file('keys.pem')}`],
    });
    await using registry = await operatedRegistry({ 'keys.pem': pem }, settings);
    const upload = `${registry.url}/v2/any/app/blobs/uploads/`;
    assert.equal((await ask(upload, token('any/app'), 'POST')).status, 202);
    assert.equal((await ask(upload, token('any/other'), 'POST')).status, 401);
    assert.equal((await ask(upload, basic('eve', 'x'), 'POST')).status, 401);
    assert.equal(
      (await ask(upload, undefined, 'POST')).challenge,
      'Bearer realm="https://auth.example/token",service="reg",scope="repository:any/app:pull,push"',
    );
    await using ruled = await operatedRegistry({ 'keys.pem': pem, access }, (file) => ({
      ...settings(file),
      access: file('access'),
    }));
    const denied = await ask(`${ruled.url}/v2/open/app/blobs/uploads/`, token('open/app'), 'POST');
    assert.deepEqual([denied.status, denied.code], [403, 'DENIED']);
    assert.equal((await ask(`${ruled.url}/v2/open/app/tags/list`, token('open/app'))).code, 'NAME_UNKNOWN');
  });
});

describe('settings of access', () => {
  const refused = [
    [['password:x'], /is of no known kind/],
    [['token:realm=https://x'], /lacks "service"/],
    [['token:realm=nothing,service=a,issuer=b,certs=c'], /The realm "nothing" is not a URL/],
    [['token:realms=x'], /"realms=x" is not understood/],
    [['htpasswd:/nonexistent'], /Cannot read "\/nonexistent"/],
  ] as const;
  for (const [auth, message] of refused)
    it(`are refused as ${auth}`, async () => {
      await assert.rejects(
        operatedRegistry({}, () => ({ auth })),
        message,
      );
    });
});
