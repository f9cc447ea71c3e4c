// Access control as the server's request pipeline asks for it.

import type { TLSSocket } from 'node:tls';
import { RegistryError } from '../errors.ts';
import { clientOf } from '../http/client.ts';
import type { Access, Authorize, Exchange } from '../http/types.ts';
import type { AccessControl, AccessDecision, AccessRequest } from './types.ts';

/** Refuses what `control` does not allow; notes in the exchange who asks and what else they may. */
export function authorizeBy(control: AccessControl): Authorize {
  return async (exchange, access) => {
    const wanted = wantedOf(access[0]);
    if (wanted === undefined) return;
    const decision = await control.decide({
      authorization: exchange.request.headers.authorization,
      client: clientOf(exchange),
      wanted,
      pullFrom: access.slice(1).flatMap((more) => (more.kind === 'repository' ? more.name : [])),
      origin: originOf(exchange),
      browser: exchange.route?.name === 'web',
    });
    if (decision.kind !== 'granted') throw refusal(decision);
    const { user, may } = decision.grant;
    if (user !== undefined) exchange.user = user;
    exchange.may = may;
  };
}

/** Where the client reached this server, by its own word; behind a proxy that ends TLS, by the proxy's. */
export function originOf({ request }: Exchange): string {
  const forwarded = request.headers['x-forwarded-proto'];
  const secure = (request.socket as Partial<TLSSocket>).encrypted === true || forwarded === 'https';
  return `${secure ? 'https' : 'http'}://${request.headers.host ?? 'localhost'}`;
}

function wantedOf(access: Access | undefined): AccessRequest['wanted'] | undefined {
  if (!access || access.kind === 'public') return undefined;
  return access.kind === 'registry' ? access.action : { repository: access.name, action: access.action };
}

function refusal(decision: Exclude<AccessDecision, { readonly kind: 'granted' }>): RegistryError {
  const { message } = decision;
  if (decision.kind === 'busy')
    return new RegistryError('TOOMANYREQUESTS', message, { headers: { 'retry-after': '1' } });
  if (decision.kind === 'denied') return new RegistryError('DENIED', message);
  return new RegistryError('UNAUTHORIZED', message, { headers: { 'www-authenticate': decision.challenge } });
}
