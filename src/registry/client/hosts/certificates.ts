// Certificates as Docker and containers keep them: `certs.d/HOST[:PORT]/` with `*.crt` (CAs), `*.cert` and `*.key` (who we are).

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, errnoOf, messageOf } from '../../../core/index.ts';
import { readTextFile } from '../text-file.ts';
import type { EndpointTls } from '../types.ts';

/** Where Docker and containers look. */
export const certificateFolders: readonly string[] = ['/etc/docker/certs.d', '/etc/containers/certs.d'];

/** The CAs for `host` in all `folders`, and the first client certificate. Throws `HOSTS_INVALID` for one without its key. */
export function certificatesFor(host: string, folders: readonly string[]): Omit<EndpointTls, 'skipVerify'> {
  const files = folders.flatMap((folder) => filesIn(join(folder, host)));
  const ca = files.filter((file) => file.endsWith('.crt')).map(readPem);
  const cert = files.find((file) => file.endsWith('.cert'));
  if (cert === undefined) return ca.length > 0 ? { ca } : {};
  const key = cert.replace(/\.cert$/, '.key');
  if (!files.includes(key))
    throw new CaissonError('HOSTS_INVALID', `The client certificate "${cert}" has no key "${key}"`, {
      hint: 'A CA certificate must end in .crt.',
    });
  return { ...(ca.length > 0 ? { ca } : {}), cert: readPem(cert), key: readPem(key) };
}

/** The text of a PEM file. Throws `HOSTS_INVALID`. */
export function readPem(file: string): string {
  try {
    const text = readTextFile(file);
    if (text.includes('-----BEGIN ')) return text;
  } catch (cause) {
    throw new CaissonError('HOSTS_INVALID', `"${file}" cannot be read: ${messageOf(cause)}`, { cause });
  }
  throw new CaissonError('HOSTS_INVALID', `"${file}" is not a PEM file`, {
    hint: 'It must have a line like "-----BEGIN CERTIFICATE-----".',
  });
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .toSorted()
      .map((name) => join(folder, name));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw new CaissonError('HOSTS_INVALID', `"${folder}" cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
