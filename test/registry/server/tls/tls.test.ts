// HTTPS, and certificates that change while it is served.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { makeCertificates, type TestCertificate } from '../../../support/certificates.ts';
import { registryServer } from '../../../support/registry-server.ts';

/** Files of a pair, to be written over. */
function pairFiles(t: TestContext) {
  const folder = mkdtempSync('/var/tmp/caisson-tls-');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const files = { cert: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  const write = ({ cert, key }: TestCertificate): void => {
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key);
  };
  return { files, write };
}

/** The status of `/v2/`, or the code of the failure, on a connection of its own. */
function ask(url: string, ca: string): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request(`${url}/v2/`, { ca, agent: false }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });
}

describe('TLS', () => {
  const [first, second] = [makeCertificates(), makeCertificates()];

  it('serves with the certificate of the files, and takes a new one when told', async (t) => {
    const { files, write } = pairFiles(t);
    write(first.server);
    await using registry = await registryServer({ tls: files });
    assert.match(registry.url, /^https:/);
    assert.equal(await ask(registry.url, first.ca), 200);
    write(second.server);
    await registry.reloadTls();
    assert.equal(await ask(registry.url, second.ca), 200);
    assert.notEqual(await ask(registry.url, first.ca), 200);
  });

  it('takes a new certificate by itself when the files change', async (t) => {
    const { files, write } = pairFiles(t);
    write(first.server);
    await using registry = await registryServer({ tls: files });
    write(second.server);
    for (const deadline = Date.now() + 20_000; (await ask(registry.url, second.ca)) !== 200; await delay(100))
      assert.ok(Date.now() < deadline, 'the old certificate is still served');
  });

  it('keeps the old certificate when the new one cannot be used', async (t) => {
    const { files, write } = pairFiles(t);
    write(first.server);
    await using registry = await registryServer({ tls: files });
    write({ cert: second.server.cert, key: first.server.key });
    await assert.rejects(registry.reloadTls(), { code: 'TLS_INVALID' });
    assert.equal(await ask(registry.url, first.ca), 200);
    write({ cert: '', key: '' });
    await assert.rejects(registry.reloadTls(), { code: 'TLS_INVALID' });
    assert.equal(await ask(registry.url, first.ca), 200);
  });

  it('refuses to start without a usable pair', async (t) => {
    const { files, write } = pairFiles(t);
    await assert.rejects(registryServer({ tls: files }), { code: 'TLS_INVALID' });
    write({ cert: first.server.cert, key: 'no key' });
    await assert.rejects(registryServer({ tls: files }), { code: 'TLS_INVALID' });
    for (const pair of [
      { cert: '', key: '' },
      { cert: first.server.cert, key: '' },
      { cert: '', key: first.server.key },
      { cert: '\n', key: first.server.key },
    ]) {
      write(pair);
      await assert.rejects(registryServer({ tls: files }), { code: 'TLS_INVALID' });
    }
  });

  it('answers plain HTTP with what is wrong', async (t) => {
    const { files, write } = pairFiles(t);
    write(first.server);
    await using registry = await registryServer({ tls: files });
    const answer = await fetch(registry.url.replace('https:', 'http:'), {
      signal: AbortSignal.timeout(20_000),
    });
    assert.equal(answer.status, 400);
    assert.equal(await answer.text(), 'Client sent an HTTP request to an HTTPS server.\n');
    assert.equal(await ask(registry.url, first.ca), 200);
  });
});
