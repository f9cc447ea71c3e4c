// Where a registry may send us for tokens.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseChallenges } from '../../../../src/registry/client/auth/challenges.ts';
import { endpointOf, tokenServiceOf } from '../../../../src/registry/client/auth/realm.ts';
import type { Endpoint } from '../../../../src/registry/client/types.ts';
import { endpointAt } from '../endpoint.ts';

const secure = endpointAt('https://registry.example');
const plain = endpointAt('http://registry.example');
const insecure = { ...secure, plainFallback: true };
const loopback = endpointAt('http://127.0.0.1:5000');

const cases: readonly (readonly [string, Endpoint, string, boolean])[] = [
  ['HTTPS elsewhere', secure, 'https://auth.example/token', true],
  ['plain HTTP', secure, 'http://auth.example/token', false],
  ['plain HTTP at the same host', secure, 'http://registry.example/token', false],
  ['plain HTTP on the loopback interface', secure, 'http://127.0.0.1/token', false],
  ['plain HTTP of a registry that speaks it', plain, 'http://registry.example/token', true],
  ['plain HTTP of one that was said to be insecure', insecure, 'http://registry.example/token', true],
  ['plain HTTP on loopback of a registry there', loopback, 'http://localhost:5001/token', true],
  ['plain HTTP elsewhere of a registry on loopback', loopback, 'http://auth.example/token', false],
  ['HTTPS elsewhere of a registry on loopback', loopback, 'https://auth.example/token', true],
  ['no URL', secure, 'token', false],
  ['nothing', secure, '', false],
  ['a file', secure, 'file:///etc/passwd', false],
  ['one with a user in it', secure, 'https://me:pw@auth.example/token', false],
];

describe('a realm', () => {
  for (const [name, endpoint, realm, may] of cases)
    it(`${may ? 'may' : 'must not'} be ${name}`, () => {
      const [challenge] = parseChallenges([`Bearer realm="${realm}",service="s"`]);
      assert.ok(challenge);
      const service = () => tokenServiceOf(endpoint, challenge);
      if (may) assert.equal(service().realm.href, realm);
      else assert.throws(service, { code: 'CHALLENGE_INVALID' });
    });

  it('elsewhere is trusted as the registry is, and not told who we are', () => {
    const tls = { ca: ['CA'], cert: 'CERT', key: 'KEY', skipVerify: false };
    const endpoint = { ...secure, tls, headers: { 'x-secret': '1' } };
    const elsewhere = endpointOf(endpoint, { realm: new URL('https://auth.example/token') });
    assert.deepEqual([elsewhere.tls, elsewhere.headers], [{ ca: ['CA'], skipVerify: false }, {}]);
    const own = endpointOf(endpoint, { realm: new URL('https://registry.example/token') });
    assert.deepEqual([own.tls, own.headers], [tls, { 'x-secret': '1' }]);
  });
});
