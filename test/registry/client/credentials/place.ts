// A home of its own for credential files, and helpers that are real programs on a PATH of its own.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  type CredentialOptions,
  type CredentialStore,
  credentialStore,
} from '../../../../src/registry/client/index.ts';

/** A home. */
export interface CredentialPlaceForTest extends Disposable {
  readonly home: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly store: (more?: Readonly<Record<string, string>>, options?: CredentialOptions) => CredentialStore;
  readonly write: (name: string, content: unknown) => string;
  readonly read: (name: string) => unknown;
  /** Makes `docker-credential-NAME` of shell lines. */
  readonly helper: (name: string, script: string) => void;
}

/** Makes one in `/var/tmp`; gone when disposed. */
export function credentialPlace(): CredentialPlaceForTest {
  const home = mkdtempSync('/var/tmp/caisson-credentials-');
  const environment = { HOME: home, XDG_RUNTIME_DIR: `${home}/run`, PATH: `${home}/bin:/usr/bin:/bin` };
  const write = (name: string, content: unknown) => {
    mkdirSync(dirname(`${home}/${name}`), { recursive: true });
    writeFileSync(`${home}/${name}`, typeof content === 'string' ? content : JSON.stringify(content));
    return `${home}/${name}`;
  };
  return {
    home,
    environment,
    store: (more = {}, options = {}) =>
      credentialStore({ environment: { ...environment, ...more }, ...options }),
    write,
    read: (name) => JSON.parse(readFileSync(`${home}/${name}`, 'utf8')) as unknown,
    helper: (name, script) => {
      const program = write(`bin/docker-credential-${name}`, `#!/bin/sh\n${script}\n`);
      chmodSync(program, 0o755);
    },
    [Symbol.dispose]: () => rmSync(home, { recursive: true, force: true }),
  };
}

/** The `auth` member for a user and a password. */
export function pair(username: string, password: string): { readonly auth: string } {
  return { auth: Buffer.from(`${username}:${password}`).toString('base64') };
}
