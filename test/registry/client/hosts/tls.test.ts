// Certificates and headers of the hosts file, at a real registry that asks for them.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { createRegistryClient, readHosts } from '../../../../src/registry/client/index.ts';
import { makeCertificates, type TestCertificates } from '../../../support/certificates.ts';
import {
  cannotRunDockerRegistry,
  type DockerRegistry,
  dockerRegistry,
} from '../../../support/docker-registry.ts';
import { serveHttp } from '../../../support/http-server.ts';
import { quick, unstopped } from '../endpoint.ts';

describe('a registry that asks for a certificate', { skip: cannotRunDockerRegistry }, () => {
  let folder: string;
  let tls: TestCertificates;
  let registry: DockerRegistry;
  before(async () => {
    folder = mkdtempSync('/var/tmp/caisson-hosts-tls-');
    tls = makeCertificates();
    writeFileSync(`${folder}/ca.pem`, tls.ca);
    writeFileSync(`${folder}/me.pem`, tls.client.cert);
    writeFileSync(`${folder}/me.key`, tls.client.key);
    registry = await dockerRegistry({ tls, clientCertificates: true });
  });
  after(async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  const ask = async (entry: object, certificateFolders: readonly string[] = [], insecure?: boolean) => {
    writeFileSync(`${folder}/hosts.json`, JSON.stringify({ [registry.domain]: entry }));
    const hosts = readHosts({ environment: { CAISSON_HOSTS: `${folder}/hosts.json` }, certificateFolders });
    await using client = createRegistryClient({ hosts, retries: quick, environment: {} });
    const options = insecure === undefined ? {} : { insecure };
    return client.repository(`${registry.domain}/app`, options).resolve('latest', { signal: unstopped });
  };

  it('is spoken to with those of the hosts file', async () => {
    assert.equal(await ask({ ca: 'ca.pem', cert: 'me.pem', key: 'me.key' }), undefined);
  });

  it('is spoken to with those in the folders of Docker', async () => {
    const own = `${folder}/certs.d/${registry.domain}`;
    mkdirSync(own, { recursive: true });
    writeFileSync(`${own}/ca.crt`, tls.ca);
    writeFileSync(`${own}/client.cert`, tls.client.cert);
    writeFileSync(`${own}/client.key`, tls.client.key);
    assert.equal(await ask({}, [`${folder}/certs.d`]), undefined);
  });

  it('is not trusted without its CA, unless that is said', async () => {
    await assert.rejects(ask({ cert: 'me.pem', key: 'me.key' }), { code: 'TLS_UNTRUSTED' });
    assert.equal(await ask({ cert: 'me.pem', key: 'me.key', insecure: true }), undefined);
    assert.equal(await ask({ cert: 'me.pem', key: 'me.key' }, [], true), undefined);
  });
});

describe('a mirror', () => {
  it('is asked under its path and prefix, with its headers; what it does not have, the registry is asked for', async () => {
    const folder = mkdtempSync('/var/tmp/caisson-hosts-mirror-');
    const seen: (string | undefined)[] = [];
    await using mirror = await serveHttp({
      '*': (request, response) => {
        seen.push(request.headers['x-team']?.toString());
        response.writeHead(404).end();
      },
    });
    await using own = await serveHttp({});
    try {
      const name = new URL(own.url).host;
      const mirrors = [{ url: `${mirror.url}/cache`, prefix: 'hub', headers: { 'X-Team': 'blue' } }];
      writeFileSync(`${folder}/hosts.json`, JSON.stringify({ [name]: { plainHttp: true, mirrors } }));
      const hosts = readHosts({ environment: { CAISSON_HOSTS: `${folder}/hosts.json` } });
      await using client = createRegistryClient({ hosts, retries: quick, environment: {} });
      await client.repository(`${name}/library/app`).resolve('1', { signal: unstopped });
      assert.deepEqual(mirror.requests, ['HEAD /cache/v2/hub/library/app/manifests/1']);
      assert.deepEqual(own.requests, ['HEAD /v2/library/app/manifests/1']);
      assert.deepEqual(seen, ['blue']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
