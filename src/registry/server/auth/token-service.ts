// The built-in token service: what `docker login` and pulls ask for tokens, by the same passwords and rules as the registry itself.

import { createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { signToken } from './jwt.ts';
import type { TokenKey } from './keys.ts';
import type { AccessClaim, Policy } from './types.ts';

/** Gives tokens and knows the key that verifies them. */
export interface TokenService {
  readonly service: string;
  readonly issuer: string;
  readonly keys: readonly TokenKey[];
  /** A token with what of the asked scopes the user may do. */
  issue(user: string | undefined, scopes: readonly string[], policy: Policy): IssuedToken;
}

/** What the token endpoint answers. */
export interface IssuedToken {
  readonly token: string;
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly issued_at: string;
}

const lifeSeconds = 300;
/** Clients ask for one or two. */
const mostScopes = 64;

/** A token service with a key that ends with the process: tokens are short-lived, and clients ask for another when one is refused. */
export function tokenService(service: string): TokenService {
  const { privateKey } = generateKeyPairSync('ed25519');
  const id = randomUUID();
  const issuer = `${service} token service`;
  return {
    service,
    issuer,
    keys: [{ algorithm: 'EdDSA', key: createPublicKey(privateKey), id }],
    issue(user, scopes, policy) {
      const issuedAt = Math.floor(Date.now() / 1000);
      const access = scopes.slice(0, mostScopes).flatMap((scope) => granted(scope, user, policy));
      const expires = issuedAt + lifeSeconds;
      const subject = user ?? '';
      const token = signToken(
        { issuer, service, subject, access, issuedAt, expires, id: randomUUID() },
        privateKey,
        id,
      );
      const at = new Date(issuedAt * 1000).toISOString();
      return { token, access_token: token, expires_in: lifeSeconds, issued_at: at };
    },
  };
}

const scopeForm = /^(?<type>[a-z]+)(?:\([a-z]+\))?:(?<name>[^\s]{1,300}):(?<actions>[a-z*,]+)$/;

/** The part of a scope that the rules give, `repository:team/app:pull,push`. */
function granted(scope: string, user: string | undefined, policy: Policy): readonly AccessClaim[] {
  const { type = '', name = '', actions = '' } = scopeForm.exec(scope)?.groups ?? {};
  if (type === 'registry' && name === 'catalog') return [{ type, name, actions: ['*'] }];
  if (type !== 'repository') return [];
  const wanted = actions.includes('*') ? ['pull', 'push', 'delete'] : actions.split(',');
  const allowed = (['pull', 'push', 'delete'] as const).filter(
    (action) => wanted.includes(action) && policy.allows(user, action, name),
  );
  return allowed.length > 0 ? [{ type, name, actions: allowed }] : [];
}
