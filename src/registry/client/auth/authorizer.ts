// The authorizer: knows how each endpoint wants to be told who asks, and has the tokens for it.

import { isCaissonError } from '../../../core/index.ts';
import type { RequestOptions } from '../../types.ts';
import type { Authorizer, CredentialSource, Endpoint, Transport } from '../types.ts';
import { type Access, accessOf, joined, parseAccess } from './access.ts';
import { type Account, accountsFrom } from './accounts.ts';
import { basicHeader } from './basic.ts';
import { type BearerWay, bearerHeaders, type TokenWish } from './bearer.ts';
import { type Challenge, parseChallenges } from './challenges.ts';
import { type TokenService, tokenServiceOf } from './realm.ts';
import { tokenShelf } from './tokens.ts';

/** What an authorizer works with. */
export interface AuthorizerOptions {
  readonly credentials: CredentialSource;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** How an endpoint wants to be told. */
type Way = { readonly kind: 'basic' } | BearerWay;

/** An authorizer that knows nothing yet; it asks nobody until an endpoint has refused a request. */
export function createAuthorizer(
  transport: Transport,
  { credentials, now = Date.now }: AuthorizerOptions,
): Authorizer {
  const ways = new Map<string, Way>();
  const accounts = accountsFrom(credentials, now);
  const headerFor = bearerHeaders(transport);
  const bearerHeader = async (wish: TokenWish, repository: string | undefined, options: RequestOptions) => {
    try {
      return await headerFor(wish, options);
    } catch (error) {
      if (isCaissonError(error, 'UNAUTHORIZED')) accounts.forget(wish.endpoint, repository);
      throw error;
    }
  };
  return {
    async header(endpoint, scope, options) {
      const way = ways.get(keyOf(endpoint));
      if (!way) return undefined;
      const account = await accounts.get(endpoint, scope.repository);
      if (way.kind === 'basic') return headerOf(account);
      const access = accessOf(scope, endpoint.prefix);
      return bearerHeader({ endpoint, way, account, access }, scope.repository, options);
    },

    async challenged(endpoint, scope, { challenges, used }, options) {
      const challenge = chosen(parseChallenges(challenges));
      if (!challenge) return false;
      if (challenge.scheme === 'basic') {
        ways.set(keyOf(endpoint), { kind: 'basic' });
        if (used !== undefined) accounts.forget(endpoint, scope.repository);
        const header = headerOf(await accounts.get(endpoint, scope.repository));
        return header !== undefined && header !== used;
      }
      const account = await accounts.get(endpoint, scope.repository);
      const way = bearerWay(ways.get(keyOf(endpoint)), tokenServiceOf(endpoint, challenge), now);
      ways.set(keyOf(endpoint), way);
      const wish = { endpoint, way, account, access: accessOf(scope, endpoint.prefix) };
      if (!mayHelp(wish, challenge, used)) return false;
      const needed = { ...wish, access: neededFor(wish.access, challenge) };
      return (await bearerHeader(needed, scope.repository, options)) !== used;
    },

    isAccount: async (endpoint, { repository }) =>
      (await accounts.get(endpoint, repository)).credentials !== undefined,
  };
}

function headerOf({ credentials }: Account): string | undefined {
  return credentials && basicHeader(credentials);
}

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

function bearerWay(known: Way | undefined, service: TokenService, now: () => number): BearerWay {
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
  { way, account, access }: TokenWish,
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
