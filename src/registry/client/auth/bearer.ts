// Bearer headers: with a token that is kept, or one that is asked for, once for all who need it at the same time.

import type { RequestOptions } from '../../types.ts';
import { sharedWork } from '../transport/index.ts';
import type { Endpoint, Transport } from '../types.ts';
import { type Access, scopesOf } from './access.ts';
import type { Account } from './accounts.ts';
import type { TokenService } from './realm.ts';
import { type IssuedToken, requestToken } from './token-service.ts';
import { checkedRegistryToken } from './token-text.ts';
import type { TokenShelf } from './tokens.ts';

/** An endpoint that wants tokens of a service. */
export interface BearerWay {
  readonly kind: 'bearer';
  readonly service: TokenService;
  readonly shelf: TokenShelf;
}

/** A token that is needed. */
export interface TokenWish {
  readonly endpoint: Endpoint;
  readonly way: BearerWay;
  readonly account: Account;
  readonly access: Access;
}

/** Gives headers. Throws what {@link requestToken} throws. */
export function bearerHeaders(
  transport: Transport,
): (wish: TokenWish, options: RequestOptions) => Promise<string> {
  const share = sharedWork<IssuedToken>();
  return async (wish, { signal }) => {
    const { way, account, access } = wish;
    const { registryToken } = account.credentials ?? {};
    if (registryToken !== undefined) return `Bearer ${checkedRegistryToken(registryToken, wish.endpoint)}`;
    const kept = way.shelf.find(account.owner, access);
    const token = kept ?? (await share(keyOf(wish), signal, (shared) => fetched(transport, wish, shared)));
    return `Bearer ${token.token}`;
  };
}

async function fetched(
  transport: Transport,
  { endpoint, way, account, access }: TokenWish,
  signal: AbortSignal,
): Promise<IssuedToken> {
  const question = { access, credentials: account.credentials };
  const issued = await requestToken(transport, endpoint, way.service, question, { signal });
  way.shelf.keep(account.owner, access, issued);
  return issued;
}

function keyOf({ endpoint, way, account, access }: TokenWish): string {
  const { realm, service } = way.service;
  return JSON.stringify([endpoint.domain, endpoint.base, realm, service, account.owner, scopesOf(access)]);
}
