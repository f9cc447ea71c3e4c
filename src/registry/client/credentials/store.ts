// The credentials of this machine: files and helpers asked in order, the first answer counts.

import type { Credentials } from '../../types.ts';
import { readConfig } from './config.ts';
import { credentialsOf, entryFor } from './entry.ts';
import { eraseAll } from './erase-all.ts';
import { credentialFiles } from './files.ts';
import { askHelper, eraseInHelper, type HelperOptions, storeInHelper } from './helper.ts';
import { findKey, isKeyOf, keyFor } from './keys.ts';
import type { CredentialConfig, CredentialFile, CredentialPlace, CredentialStore } from './types.ts';
import { changeEntries } from './write.ts';

/** Where credentials are looked for. */
export interface CredentialOptions {
  /** `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR`, `XDG_CONFIG_HOME`, `HOME`, `PATH`; default: this process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Milliseconds that a helper may take. */
  readonly helperLimit?: number;
}

/** The credentials that Docker's and containers' files and helpers have. Its functions throw `CREDENTIALS_INVALID`, `CREDENTIAL_HELPER_FAILED`. */
export function credentialStore(options: CredentialOptions = {}): CredentialStore {
  const { environment = process.env, helperLimit } = options;
  const helping = { environment, ...(helperLimit === undefined ? {} : { limit: helperLimit }) };
  const files = credentialFiles(environment);
  return {
    get: async (domain, repository) => {
      for (const file of files) {
        const credentials = await lookUp(file, domain, repository, helping);
        if (credentials) return credentials;
      }
      return undefined;
    },
    put: (domain, credentials) => put(files[0], domain, credentials, helping),
    erase: async (domain) => {
      const places: CredentialPlace[] = [];
      for (const file of files) places.push(...(await erase(file, domain, helping)));
      return places;
    },
    eraseAll: () => eraseAll(files, helping),
  };
}

async function lookUp(
  { path, style }: CredentialFile,
  domain: string,
  repository: string | undefined,
  helping: HelperOptions,
): Promise<Credentials | undefined> {
  const config = readConfig(path);
  const helper = helperFor(config, style, domain, repository);
  const kept = helper && (await askHelper(helper, keyFor(domain, style), helping));
  if (kept) return kept;
  const entry = findKey(config.auths, style, domain, repository);
  return entry && credentialsOf(entry.value, path, entry.key);
}

function helperFor(
  { credHelpers, credsStore }: CredentialConfig,
  style: CredentialFile['style'],
  domain: string,
  repository?: string,
): string | undefined {
  return (findKey(credHelpers, style, domain, repository)?.value ?? credsStore) || undefined;
}

async function put(
  file: CredentialFile | undefined,
  domain: string,
  credentials: Credentials,
  helping: HelperOptions,
): Promise<CredentialPlace> {
  if (!file) throw new Error('There is always a file');
  const { path, style } = file;
  const key = keyFor(domain, style);
  const helper = helperFor(readConfig(path), style, domain);
  if (helper) await storeInHelper(helper, key, credentials, helping);
  // An empty entry tells other programs that there is something to ask the helper for.
  const entry = helper ? {} : entryFor(credentials);
  await changeEntries(path, (auths) => ({ ...auths, [key]: entry }));
  return helper ? { kind: 'helper', name: helper } : { kind: 'file', path };
}

async function erase(
  { path, style }: CredentialFile,
  domain: string,
  helping: HelperOptions,
): Promise<readonly CredentialPlace[]> {
  const config = readConfig(path);
  const key = keyFor(domain, style);
  const helper = helperFor(config, style, domain);
  const kept = helper && (await askHelper(helper, key, helping));
  if (helper && kept) await eraseInHelper(helper, key, kept, helping);
  const isListed = [...config.auths.keys()].some((listed) => isKeyOf(listed, domain));
  if (isListed)
    await changeEntries(path, (auths) =>
      Object.fromEntries(Object.entries(auths).filter(([listed]) => !isKeyOf(listed, domain))),
    );
  if (helper && kept) return [{ kind: 'helper', name: helper }];
  return isListed ? [{ kind: 'file', path }] : [];
}
