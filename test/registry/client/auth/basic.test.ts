// Basic authentication at Debian's docker-registry, by files and mirrors as they are set up for real.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { isCaissonError } from '../../../../src/core/index.ts';
import { openRegistryClient } from '../../../../src/registry/client/index.ts';
import { account, cannotRunDockerRegistry, dockerRegistry } from '../../../support/docker-registry.ts';
import { credentialPlace, pair } from '../credentials/place.ts';
import { unstopped } from '../endpoint.ts';

const options = { signal: unstopped };

describe('a registry with basic authentication', { skip: cannotRunDockerRegistry }, () => {
  it("takes credentials of Docker's file, and no others", async () => {
    await using registry = await dockerRegistry({ htpasswd: true });
    using place = credentialPlace();
    const ask = async () => {
      await using client = await openRegistryClient(place.environment);
      return client.repository(`${registry.domain}/app`).resolve('latest', options);
    };
    await assert.rejects(ask(), { code: 'UNAUTHORIZED', hint: /caisson login/ });
    const auths = { [registry.domain]: pair(account.username, account.password) };
    place.write('.docker/config.json', { auths });
    assert.equal(await ask(), undefined);
    place.write('.docker/config.json', { auths: { [registry.domain]: pair('tester', 'hush-hush') } });
    await assert.rejects(ask(), (error) => {
      assert.ok(isCaissonError(error, 'UNAUTHORIZED'));
      assert.doesNotMatch(JSON.stringify([error.message, error.hint, String(error.cause)]), /hush|aHVz/);
      return true;
    });
  });

  it('tells whether a login is good', async () => {
    await using registry = await dockerRegistry({ htpasswd: true });
    using place = credentialPlace();
    await using client = await openRegistryClient(place.environment);
    assert.deepEqual(await client.login(registry.domain, account, options), account);
    const wrong = { ...account, password: 'wrong' };
    await assert.rejects(client.login(registry.domain, wrong, options), { code: 'UNAUTHORIZED' });
    await assert.rejects(client.login(registry.domain, { identityToken: 'x' }, options), {
      code: 'UNAUTHORIZED',
    });
  });

  it('takes any login where nobody needs one', async () => {
    await using registry = await dockerRegistry();
    using place = credentialPlace();
    await using client = await openRegistryClient(place.environment);
    assert.deepEqual(await client.login(registry.domain, account, options), account);
  });

  it('is a mirror that gets its own credentials, never those of the registry it answers for', async () => {
    await using mirror = await dockerRegistry({ htpasswd: true });
    using place = credentialPlace();
    const [name, kept] = ['registry.example', pair(account.username, account.password)];
    mkdirSync(`${place.home}/.config/caisson`, { recursive: true });
    const mirrors = [{ url: `http://${mirror.domain}` }];
    // The registry itself is not to be asked: there is none.
    const hosts = { [name]: { mirrors, capabilities: [] } };
    writeFileSync(`${place.home}/.config/caisson/hosts.json`, JSON.stringify(hosts));
    const ask = async (auths: object) => {
      place.write('.docker/config.json', { auths });
      await using client = await openRegistryClient(place.environment);
      return client.repository(`${name}/app`).resolve('latest', options);
    };
    await assert.rejects(ask({ [name]: kept }), { code: 'UNAUTHORIZED' });
    assert.equal(await ask({ [mirror.domain]: kept }), undefined);
  });
});
