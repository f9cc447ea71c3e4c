// CAs that the system alone knows: read when they are needed, for all requests that wait for it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { createTransport } from '../../../../src/registry/client/transport/index.ts';
import { makeCertificates } from '../../../support/certificates.ts';
import { endpointAt, quick, unstopped } from '../endpoint.ts';

const certificates = makeCertificates();
const folder = mkdtempSync('/var/tmp/caisson-system-trust-');
after(() => rmSync(folder, { recursive: true }));

describe('a certificate that the system trusts', () => {
  it('is trusted by all requests that come at once', async () => {
    writeFileSync(`${folder}/ca.pem`, certificates.ca);
    // Read by OpenSSL when it looks for the system's CAs, once in a process.
    process.env['SSL_CERT_FILE'] = `${folder}/ca.pem`;
    const server = createSecureServer({ ...certificates.server, allowHTTP1: true }, (_, response) =>
      response.end('x'),
    );
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    try {
      await using sender = createTransport({ retries: quick, environment: {} });
      const url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const one = async () =>
        text(
          (await sender.send(endpointAt(url.href), { method: 'GET', url, signal: unstopped, tries: 1 })).body,
        );
      assert.deepEqual(await Promise.all([one(), one(), one(), one()]), ['x', 'x', 'x', 'x']);
    } finally {
      server.close();
    }
  });
});
