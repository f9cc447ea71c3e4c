// The realm of a bearer challenge: where tokens are asked for. A registry must not make us send secrets in the clear.

import { CaissonError } from '../../../core/index.ts';
import { isLoopback } from '../hosts/index.ts';
import type { Endpoint } from '../types.ts';
import type { Challenge } from './challenges.ts';

/** A token service and the name by which it knows the registry. */
export interface TokenService {
  readonly realm: URL;
  readonly service?: string;
}

/** The token service that a bearer challenge names. Throws `CHALLENGE_INVALID`. */
export function tokenServiceOf(endpoint: Endpoint, { parameters }: Challenge): TokenService {
  const text = parameters.get('realm') ?? '';
  const service = parameters.get('service');
  if (!URL.canParse(text)) throw refused(endpoint, text, 'which is not a URL');
  const realm = new URL(text);
  if (realm.protocol !== 'https:' && realm.protocol !== 'http:')
    throw refused(endpoint, text, 'which is not an HTTP URL');
  if (realm.username !== '' || realm.password !== '')
    throw refused(endpoint, realm.origin, 'with a user name in it');
  if (realm.protocol === 'http:' && !maySpeakPlain(endpoint, realm))
    throw refused(endpoint, text, 'which does not speak HTTPS');
  return { realm, ...(service === undefined ? {} : { service }) };
}

/** The token service as an endpoint: it is trusted as the registry is; who we are is told to the registry's own place alone. */
export function endpointOf(endpoint: Endpoint, { realm }: TokenService): Endpoint {
  const { ca, skipVerify } = endpoint.tls;
  const isOwn = realm.origin === endpoint.base.origin;
  return {
    ...endpoint,
    base: realm,
    prefix: '',
    headers: isOwn ? endpoint.headers : {},
    tls: isOwn ? endpoint.tls : { ...(ca ? { ca } : {}), skipVerify },
    plainFallback: false,
  };
}

/** A registry that is itself on the loopback interface, or was said to speak plain HTTP, may have such a token service. */
function maySpeakPlain({ base, plainFallback }: Endpoint, realm: URL): boolean {
  const isPlain = base.protocol === 'http:' || plainFallback;
  return isPlain && (!isLoopback(base.host) || isLoopback(realm.host));
}

function refused({ domain, base, kind }: Endpoint, realm: string, why: string): CaissonError {
  const who = kind === 'mirror' ? `The mirror "${base.host}"` : `The registry "${domain}"`;
  const shown = realm
    .replace(/[?#].*$/s, '')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 200);
  return new CaissonError('CHALLENGE_INVALID', `${who} sends for tokens to "${shown}", ${why}`, {
    hint: 'Credentials are sent by HTTPS alone, unless the hosts file says that the registry speaks plain HTTP.',
  });
}
