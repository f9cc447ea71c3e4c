// Whose credentials an endpoint gets, looked up once in a while: a helper is a program that has to be run.

import type { Credentials } from '../../types.ts';
import type { CredentialSource, Endpoint } from '../types.ts';

/** Who we are to an endpoint. */
export interface Account {
  readonly credentials: Credentials | undefined;
  /** Tells accounts apart; never shown. */
  readonly owner: string;
}

/** The accounts for repositories at endpoints. */
export interface Accounts {
  get(endpoint: Endpoint, repository: string | undefined): Promise<Account>;
  /** Has the next `get` look it up anew: helpers give passwords that last a while only. */
  forget(endpoint: Endpoint, repository: string | undefined): void;
}

const keptFor = 5 * 60_000;

/** Accounts by a source of credentials; a mirror gets those for its own name, never those of the registry it answers for. */
export function accountsFrom(source: CredentialSource, now: () => number): Accounts {
  const kept = new Map<string, { readonly account: Promise<Account>; readonly until: number }>();
  return {
    get(endpoint, repository) {
      const { domain, name, key } = placeOf(endpoint, repository);
      const known = kept.get(key);
      if (known && known.until > now()) return known.account;
      const account = lookUp(source, domain, name);
      kept.set(key, { account, until: now() + keptFor });
      account.catch(() => kept.delete(key));
      return account;
    },
    forget: (endpoint, repository) => void kept.delete(placeOf(endpoint, repository).key),
  };
}

function placeOf({ kind, base, domain: registry, prefix }: Endpoint, repository: string | undefined) {
  const domain = kind === 'mirror' ? domainOf(base) : registry;
  const name = repository === undefined ? undefined : `${prefix}${repository}`;
  return { domain, name, key: `${domain}/${name ?? ''}` };
}

async function lookUp(source: CredentialSource, domain: string, name?: string): Promise<Account> {
  const credentials = await source.get(domain, name);
  return { credentials, owner: JSON.stringify(credentials ?? null) };
}

function domainOf({ host }: URL): string {
  return host === 'registry-1.docker.io' || host === 'index.docker.io' ? 'docker.io' : host;
}
