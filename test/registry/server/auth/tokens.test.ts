// Bearer tokens: signatures, claims, keys, and the tricks that must not work.

import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, it } from 'node:test';
import { claimsAllow } from '../../../../src/registry/server/auth/claims.ts';
import { signToken, verifyToken } from '../../../../src/registry/server/auth/jwt.ts';
import { parseTokenKeys } from '../../../../src/registry/server/auth/keys.ts';
import { tokenService } from '../../../../src/registry/server/auth/token-service.ts';

const now = Date.parse('2025-01-01T00:00:00Z');
const seconds = now / 1000;
const content = {
  issuer: 'auth',
  service: 'registry',
  subject: 'ann',
  access: [{ type: 'repository', name: 'team/app', actions: ['pull', 'push'] }],
  issuedAt: seconds,
  expires: seconds + 300,
  id: '1',
};

const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
};

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const keysOf = (...keys: readonly KeyObject[]) => parseTokenKeys(keys.map(pemOf).join('\n'), 'keys.pem');
const expecting = (keys = keysOf(...Object.values(pairs).map(({ publicKey }) => publicKey))) => ({
  issuer: 'auth',
  service: 'registry',
  keys,
  now,
});
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const [, payload = ''] = signToken(content, pairs.EdDSA.privateKey, 'k').split('.');

describe('tokens', () => {
  for (const [algorithm, { privateKey }] of Object.entries(pairs))
    it(`signed with ${algorithm} are taken with their claims`, () => {
      const claims = verifyToken(signToken(content, privateKey, 'k'), expecting());
      assert.deepEqual(claims, { subject: 'ann', access: content.access });
    });

  const altered = [
    [{ issuer: 'other' }, 'its issuer is "other", not "auth"'],
    [{ service: 'other' }, 'it is not for the service "registry"'],
    [{ expires: seconds - 61 }, 'it has expired'],
    [{ issuedAt: seconds + 61 }, 'it is not valid yet'],
  ] as const;
  for (const [change, reason] of altered)
    it(`are refused when ${reason}`, () => {
      assert.equal(
        verifyToken(signToken({ ...content, ...change }, pairs.EdDSA.privateKey, 'k'), expecting()),
        reason,
      );
    });

  it('may be for several services, and a minute off', () => {
    const two = { ...content, service: ['x', 'registry'] as unknown as string, expires: seconds - 59 };
    assert.equal(typeof verifyToken(signToken(two, pairs.ES256.privateKey, 'k'), expecting()), 'object');
  });

  it('without a signature are refused (alg none)', () => {
    for (const alg of ['none', 'None', 'NONE', undefined])
      for (const signature of ['', 'AA'])
        assert.equal(
          typeof verifyToken(`${encoded({ alg })}.${payload}.${signature}`, expecting()),
          'string',
        );
  });

  it('signed by HMAC with our public key as the secret are refused (key confusion)', () => {
    const head = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${payload}`;
    const mac = createHmac('sha256', pemOf(pairs.RS256.publicKey)).update(head).digest('base64url');
    assert.match(String(verifyToken(`${head}.${mac}`, expecting())), /no key/);
  });

  it('naming another algorithm than their key has are refused', () => {
    const [, body = '', signature = ''] = signToken(content, pairs.RS256.privateKey, 'k').split('.');
    for (const alg of ['RS384', 'PS256', 'ES256', 'EdDSA'])
      assert.match(String(verifyToken(`${encoded({ alg })}.${body}.${signature}`, expecting())), /no key/);
  });

  it('of strangers, changed ones, broken ones and critical headers are refused', () => {
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const good = signToken(content, pairs.EdDSA.privateKey, 'k');
    const [head = '', body = '', signature = ''] = good.split('.');
    const changed = encoded({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), sub: 'root' });
    const refused = [
      signToken(content, stranger, 'k'),
      `${head}.${changed}.${signature}`,
      `${head}.${body}`,
      `${head}.${body}.${signature}.x`,
      'x.y.z',
      '',
      `${encoded({ alg: 'EdDSA', crit: ['b64'], b64: false })}.${body}.${signature}`,
      'a'.repeat(100_000),
    ];
    for (const token of refused) assert.equal(typeof verifyToken(token, expecting()), 'string');
  });

  it('with malformed claims are refused', () => {
    for (const access of [
      {},
      [null],
      [{ type: 'repository', name: 1, actions: [] }],
      [{ type: 'a', name: 'b', actions: 'pull' }],
    ]) {
      const token = signToken({ ...content, access: access as never }, pairs.EdDSA.privateKey, 'k');
      assert.equal(verifyToken(token, expecting()), 'its claims are malformed');
    }
  });
});

describe('token keys', () => {
  it('may be a JWKS; a token names its key', () => {
    const other = generateKeyPairSync('ed25519');
    const set = {
      keys: [
        { ...pairs.EdDSA.publicKey.export({ format: 'jwk' }), kid: 'a', use: 'sig', alg: 'EdDSA' },
        { ...other.publicKey.export({ format: 'jwk' }), kid: 'b' },
        { ...pairs.RS256.publicKey.export({ format: 'jwk' }), kid: 'c', use: 'enc' },
      ],
    };
    const keys = parseTokenKeys(JSON.stringify(set), 'jwks.json');
    assert.equal(keys.length, 2);
    const token = (id: string) =>
      verifyToken(signToken(content, pairs.EdDSA.privateKey, id), expecting(keys));
    assert.equal(typeof token('a'), 'object');
    assert.equal(typeof token('b'), 'string');
    assert.equal(typeof token('unknown'), 'string');
  });

  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const refused = [
    [pemOf(weak.publicKey), /RSA \(2048 bits or more\)/],
    [pairs.EdDSA.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /it has a private key/],
    ['{"keys":[{"kty":"oct","k":"AAAA"}]}', /it has a secret key/],
    [JSON.stringify({ keys: [pairs.EdDSA.privateKey.export({ format: 'jwk' })] }), /it has a secret key/],
    [
      JSON.stringify({ keys: [{ ...pairs.RS256.publicKey.export({ format: 'jwk' }), alg: 'HS256' }] }),
      /is for "HS256"/,
    ],
    ['{}', /it has no "keys"/],
    ['nothing', /it has no key/],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /Cannot use the token keys/],
  ] as const;
  for (const [text, message] of refused)
    it(`are refused: ${message.source}`, () => {
      assert.throws(() => parseTokenKeys(text, 'f'), { code: 'TOKEN_KEYS_INVALID', message });
    });
});

describe('the built-in token service', () => {
  it('gives what of the asked scopes the rules allow', () => {
    const service = tokenService('registry');
    const policy = {
      anonymousPull: true,
      allows: (user: string | undefined, action: string, name: string) =>
        name === 'open' ? action === 'pull' || user === 'ann' : user === 'ann',
    };
    const issue = (user: string | undefined, ...scopes: readonly string[]) => {
      const { token } = service.issue(user, scopes, policy);
      const claims = verifyToken(token, { ...service, now: Date.now() });
      assert.ok(typeof claims === 'object');
      return claims;
    };
    assert.deepEqual(issue(undefined, 'repository:open:pull,push', 'repository:closed:pull'), {
      subject: '',
      access: [{ type: 'repository', name: 'open', actions: ['pull'] }],
    });
    assert.deepEqual(issue('ann', 'repository:closed:*').access, [
      { type: 'repository', name: 'closed', actions: ['pull', 'push', 'delete'] },
    ]);
    assert.deepEqual(issue('ann', 'nonsense', 'repository:x', 'plugin:x:pull').access, []);
  });

  it('gives tokens that another one refuses', () => {
    const policy = { anonymousPull: false, allows: () => true };
    const { token } = tokenService('registry').issue('ann', [], policy);
    const other = tokenService('registry');
    assert.equal(typeof verifyToken(token, { ...other, now: Date.now() }), 'string');
  });
});

describe('claims', () => {
  it('cover exactly their repository and actions', () => {
    const access = [
      { type: 'repository', name: 'a', actions: ['pull'] },
      { type: 'repository', name: 'b', actions: ['*'] },
      { type: 'registry', name: 'c', actions: ['*'] },
    ];
    assert.ok(claimsAllow(access, 'pull', 'a') && claimsAllow(access, 'delete', 'b'));
    assert.ok(
      !claimsAllow(access, 'push', 'a') &&
        !claimsAllow(access, 'pull', 'c') &&
        !claimsAllow(access, 'pull', 'a/b'),
    );
  });
});
