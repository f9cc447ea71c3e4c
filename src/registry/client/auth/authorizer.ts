// The authorizer: knows how each endpoint wants to be told who asks, and has the tokens for it.

import type { RequestOptions } from '../../types.ts';
import type { Authorizer, CredentialSource, Endpoint, Transport } from '../types.ts';
import { type Access, accessOf, joined, parseAccess, scopesOf } from './access.ts';
import { type Account, accountsFrom } from './accounts.ts';
import { basicHeader } from './basic.ts';
import { type Challenge, parseChallenges } from './challenges.ts';
import { type TokenService, tokenServiceOf } from './realm.ts';
import { sharedWork } from './shared-work.ts';
import { type IssuedToken, requestToken } from './token-service.ts';
import { type TokenShelf, tokenShelf } from './tokens.ts';

/** What an authorizer works with. */
export interface AuthorizerOptions {
  readonly credentials: CredentialSource;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** How an endpoint wants to be told. */
type Way =
  | { readonly kind: 'basic' }
  | { readonly kind: 'bearer'; readonly service: TokenService; readonly shelf: TokenShelf };

/** An authorizer that knows nothing yet; it asks nobody until an endpoint has refused a request. */
export function createAuthorizer(
  transport: Transport,
  { credentials, now = Date.now }: AuthorizerOptions,
): Authorizer {
  const ways = new Map<string, Way>();
  const accounts = accountsFrom(credentials, now);
  const share = sharedWork<IssuedToken>();

  const fetchToken = async (asked: Asked, access: Access, { signal }: RequestOptions): Promise<string> => {
    const { endpoint, way, account } = asked;
    const { owner } = account;
    const key = JSON.stringify([keyOf(endpoint), way.service, owner, scopesOf(access)]);
    const { token } = await share(key, signal, async (shared) => {
      const question = { access, credentials: account.credentials };
      const issued = await requestToken(transport, endpoint, way.service, question, { signal: shared });
      way.shelf.keep(owner, access, issued);
      return issued;
    });
    return `Bearer ${token}`;
  };

  const bearerHeader = async (asked: Asked, access: Access, options: RequestOptions): Promise<string> => {
    const { credentials, owner } = asked.account;
    if (credentials?.registryToken !== undefined) return `Bearer ${credentials.registryToken}`;
    const kept = asked.way.shelf.find(owner, access);
    return kept ? `Bearer ${kept.token}` : fetchToken(asked, access, options);
  };

  return {
    async header(endpoint, scope, options) {
      const way = ways.get(keyOf(endpoint));
      if (!way) return undefined;
      const account = await accounts(endpoint, scope.repository);
      if (way.kind === 'basic') return account.credentials && basicHeader(account.credentials);
      return bearerHeader({ endpoint, way, account }, accessOf(scope, endpoint.prefix), options);
    },

    async challenged(endpoint, scope, { challenges, used }, options) {
      const challenge = chosen(parseChallenges(challenges));
      if (!challenge) return false;
      const account = await accounts(endpoint, scope.repository);
      if (challenge.scheme === 'basic') {
        ways.set(keyOf(endpoint), { kind: 'basic' });
        const header = account.credentials && basicHeader(account.credentials);
        return header !== undefined && header !== used;
      }
      const way = bearerWay(ways.get(keyOf(endpoint)), tokenServiceOf(endpoint, challenge), now);
      ways.set(keyOf(endpoint), way);
      const access = accessOf(scope, endpoint.prefix);
      if (!mayHelp({ endpoint, way, account }, access, challenge, used)) return false;
      const header = await bearerHeader({ endpoint, way, account }, neededFor(access, challenge), options);
      return header !== used;
    },
  };
}

interface Asked {
  readonly endpoint: Endpoint;
  readonly way: Way & { readonly kind: 'bearer' };
  readonly account: Account;
}

/** Tokens are as good at one endpoint of a registry as at the next only where they are the same. */
function keyOf({ domain, base }: Endpoint): string {
  return `${domain} ${base.href}`;
}

/** Tokens before passwords, as these are sent with each request. */
function chosen(challenges: readonly Challenge[]): Challenge | undefined {
  return (
    challenges.find(({ scheme }) => scheme === 'bearer') ??
    challenges.find(({ scheme }) => scheme === 'basic')
  );
}

function bearerWay(known: Way | undefined, service: TokenService, now: () => number): Asked['way'] {
  const isSame =
    known?.kind === 'bearer' &&
    known.service.realm.href === service.realm.href &&
    known.service.service === service.service;
  return isSame ? known : { kind: 'bearer', service, shelf: tokenShelf(now) };
}

/**
 * Whether there can be a better token than the refused one, which is let go then. One that was given just now for all that the
 * challenge names was refused for good, unless it is called invalid: its service's clock may be wrong.
 */
function mayHelp(
  { way, account }: Asked,
  access: Access,
  challenge: Challenge,
  used: string | undefined,
): boolean {
  const kept = way.shelf.find(account.owner, access);
  if (used === undefined || !kept || `Bearer ${kept.token}` !== used) return true;
  const hasAll = way.shelf.find(account.owner, neededFor(access, challenge)) === kept;
  const isDenied = hasAll && way.shelf.isFresh(kept) && challenge.parameters.get('error') !== 'invalid_token';
  if (!isDenied) way.shelf.drop(kept);
  return !isDenied;
}

/** A registry may want more than we thought, or call a repository something else. */
function neededFor(access: Access, { parameters }: Challenge): Access {
  return joined(access, parseAccess(parameters.get('scope') ?? ''));
}
