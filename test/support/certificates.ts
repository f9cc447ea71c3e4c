// Certificates for tests: a CA of its own, a server on the loopback interface, and a client.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** A certificate with its key, PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** What one CA signed; PEM. */
export interface TestCertificates {
  readonly ca: string;
  /** For `localhost`, `127.0.0.1` and `::1`. */
  readonly server: TestCertificate;
  readonly client: TestCertificate;
}

/** Makes a CA and what it signs, with openssl(1). */
export function makeCertificates(): TestCertificates {
  const folder = mkdtempSync('/var/tmp/caisson-certificates-');
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const read = (name: string) => readFileSync(`${folder}/${name}`, 'utf8');
  const signed = (name: string, subject: string, extensions: string): TestCertificate => {
    writeFileSync(`${folder}/${name}.ext`, extensions);
    openssl('req', '-new', ...newKey(`${name}.key`), '-subj', subject, '-out', `${name}.csr`);
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.crt`],
    );
    return { cert: read(`${name}.crt`), key: read(`${name}.key`) };
  };
  try {
    openssl('req', '-x509', ...newKey('ca.key'), '-subj', '/CN=Test CA', '-days', '2', '-out', 'ca.crt');
    return {
      ca: read('ca.crt'),
      server: signed(
        'server',
        '/CN=localhost',
        'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\nextendedKeyUsage=serverAuth\n',
      ),
      client: signed('client', '/CN=client', 'extendedKeyUsage=clientAuth\n'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function newKey(name: string): readonly string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', name];
}
