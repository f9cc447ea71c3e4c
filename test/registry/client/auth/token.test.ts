// Bearer tokens, issued by a service of our own and verified by Debian's docker-registry.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { createAuthorizer, verifyLogin } from '../../../../src/registry/client/auth/index.ts';
import type { Credentials, RegistryClient } from '../../../../src/registry/types.ts';
import { cannotRunDockerRegistry } from '../../../support/docker-registry.ts';
import { clientOf, endpointAt, unstopped } from '../endpoint.ts';
import { type TokenPlace, tokenPlace, users } from './token-server.ts';

const options = { signal: unstopped };
const anne: Credentials = { username: 'anne', password: users['anne'] ?? '' };
const guest: Credentials = { username: 'guest', password: users['guest'] ?? '' };

describe('a registry with a token service', { skip: cannotRunDockerRegistry }, () => {
  let place: TokenPlace;
  before(async () => {
    place = await tokenPlace();
  });
  after(() => place[Symbol.asyncDispose]());
  beforeEach(() => {
    place.requests.length = 0;
    place.options = {};
  });

  const clientFor = (credentials?: Credentials, now?: () => number): RegistryClient =>
    clientOf([endpointAt(place.registry.url)], {
      authorizer: (transport) =>
        createAuthorizer(transport, {
          credentials: { get: async () => credentials },
          ...(now ? { now } : {}),
        }),
      login: verifyLogin,
    });
  const named = (name: string) => `${place.registry.domain}/${name}`;
  const push = (client: RegistryClient, name: string, text: string, mountFrom: readonly string[] = []) => {
    const bytes = Buffer.from(text);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
    const descriptor = { mediaType: 'application/octet-stream', digest, size: bytes.length };
    const open = (offset: number) => Readable.from([bytes.subarray(offset)]);
    return client
      .repository(named(name))
      .pushBlob({ descriptor, open }, { ...options, mountFrom })
      .then((how) => ({ how, digest }));
  };

  it('is pushed to and pulled from; one token serves all that needs no more leave', async () => {
    await using client = clientFor(anne);
    const { how, digest } = await push(client, 'app', 'one');
    await push(client, 'app', 'two');
    assert.equal(how, 'uploaded');
    assert.equal(await client.repository(named('app')).blobSize(digest, options), 3);
    assert.deepEqual(
      place.requests.map(({ user, scopes }) => [user, scopes]),
      [['anne', ['repository:app:pull,push']]],
    );
  });

  it('is pulled from by nobody in particular', async () => {
    await using owner = clientFor(anne);
    const { digest } = await push(owner, 'open', 'x');
    place.requests.length = 0;
    await using client = clientFor();
    assert.equal(await client.repository(named('open')).blobSize(digest, options), 1);
    assert.deepEqual(
      place.requests.map(({ user, scopes }) => [user, scopes]),
      [[undefined, ['repository:open:pull']]],
    );
  });

  it('gives one token to requests at the same time', async () => {
    await using owner = clientFor(anne);
    const { digest } = await push(owner, 'many', 'x');
    place.requests.length = 0;
    await using client = clientFor(guest);
    const sizes = Array.from({ length: 12 }, () =>
      client.repository(named('many')).blobSize(digest, options),
    );
    assert.deepEqual(new Set(await Promise.all(sizes)), new Set([1]));
    assert.equal(place.requests.length, 1);
  });

  it('mounts with leave to read from the other repository', async () => {
    await using client = clientFor(anne);
    await push(client, 'from', 'to be mounted');
    const { how } = await push(client, 'to', 'to be mounted', ['from']);
    assert.equal(how, 'mounted');
    assert.deepEqual(place.requests.at(-1)?.scopes, ['repository:from:pull', 'repository:to:pull,push']);
  });

  it('refuses a push without leave, after asking for a token once', async () => {
    await using client = clientFor(guest);
    await assert.rejects(push(client, 'app', 'three'), (error) => {
      assert.ok(isCaissonError(error, 'UNAUTHORIZED'), String(error));
      assert.doesNotMatch(JSON.stringify([error.message, error.hint]), /secret of|eyJ/);
      assert.match(error.hint ?? '', /^The account that was used may not do this/);
      return true;
    });
    assert.equal(place.requests.length, 1);
  });

  it('has strangers log in, also where they got a token', async () => {
    await using client = clientFor();
    await assert.rejects(push(client, 'app', 'four'), {
      code: 'UNAUTHORIZED',
      hint: /^Log in with "caisson login"/,
    });
    assert.equal(place.requests.length, 1);
  });

  it('lists its repositories', async () => {
    await using owner = clientFor(anne);
    await push(owner, 'listed', 'x');
    const names: string[] = [];
    for await (const name of owner.catalog(place.registry.domain, options)) names.push(name);
    assert.ok(names.includes('listed'));
    assert.deepEqual(place.requests.at(-1)?.scopes, ['registry:catalog:*']);
  });

  it('gets a new token before the old one has run out by our clock', async () => {
    let time = 0;
    await using client = clientFor(anne, () => time);
    const { digest } = await push(client, 'app', 'one');
    time = 289_000;
    await client.repository(named('app')).blobSize(digest, options);
    assert.equal(place.requests.length, 1);
    time = 291_000;
    await client.repository(named('app')).blobSize(digest, options);
    assert.equal(place.requests.length, 2);
  });

  // docker-registry admits tokens for a minute after their end.
  it('gets a new token where the registry finds the old one expired sooner than it was said', async () => {
    place.options = { lasts: -120, saidToLast: 3600 };
    let time = 0;
    await using client = clientFor(anne, () => time);
    await assert.rejects(push(client, 'app', 'one'), { code: 'UNAUTHORIZED' });
    place.options = {};
    time = 20_000;
    place.requests.length = 0;
    assert.equal((await push(client, 'later', 'one')).how, 'uploaded');
    assert.equal((await push(client, 'app', 'fresh')).how, 'uploaded');
    assert.ok(place.requests.length <= 2);
  });

  it('counts the age of a token by the clock of its service', async () => {
    place.options = { ahead: -280 };
    let time = 0;
    await using client = clientFor(anne, () => time);
    const { digest } = await push(client, 'app', 'one');
    time = 19_000;
    await client.repository(named('app')).blobSize(digest, options);
    assert.equal(place.requests.length, 2);
  });

  it('takes an identity token in place of the password', async () => {
    await using client = clientFor();
    const kept = await client.login(place.registry.domain, anne, options);
    assert.deepEqual(kept, { username: 'anne', identityToken: 'identity of anne' });
    await using second = clientFor(kept);
    assert.equal((await push(second, 'app', 'by identity')).how, 'uploaded');
    assert.deepEqual(
      place.requests.map(({ method, user }) => [method, user]),
      [
        ['GET', 'anne'],
        ['POST', 'anne'],
      ],
    );
  });

  it('takes a token that was kept as it is', async () => {
    await using first = clientFor(anne);
    await push(first, 'kept', 'x');
    await using client = clientFor({ registryToken: 'no.such.token' });
    await assert.rejects(push(client, 'kept', 'x'), { code: 'UNAUTHORIZED' });
    assert.equal(place.requests.length, 1);
  });

  it('refuses wrong passwords and identity tokens in the words of the service', async () => {
    for (const wrong of [{ username: 'anne', password: 'wr ong' }, { identityToken: 'wrong' }]) {
      await using client = clientFor(wrong);
      await assert.rejects(client.login(place.registry.domain, wrong, options), (error) => {
        assert.ok(isCaissonError(error, 'UNAUTHORIZED'));
        assert.match(error.message, /incorrect username or password/);
        assert.doesNotMatch(error.message, /wr ?ong/);
        return true;
      });
      await assert.rejects(push(client, 'app', 'x'), { code: 'UNAUTHORIZED' });
    }
  });

  it('keeps a password where the service gives no identity token', async () => {
    await using client = clientFor();
    assert.deepEqual(await client.login(place.registry.domain, guest, options), guest);
  });

  it('stops asking when all who wait are stopped', async () => {
    const stop = new AbortController();
    await using client = clientFor(anne);
    const asked = client.repository(named('app')).resolve('latest', { signal: stop.signal });
    stop.abort();
    await assert.rejects(asked, { name: 'AbortError' });
  });
});
