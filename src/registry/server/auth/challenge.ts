// The `WWW-Authenticate` header of a refusal: Basic (RFC 7617), or Bearer with realm, service and scope (RFC 6750, Docker's tokens).

import type { AccessRequest } from './types.ts';

/** Asks for a name and a password. */
export function basicChallenge(realm: string): string {
  return `Basic realm="${quoted(realm)}", charset="UTF-8"`;
}

/** Asks for a token, saying where it is given and for what. */
export function bearerChallenge(
  { realm, service }: { readonly realm: string; readonly service: string },
  request: AccessRequest,
  error?: 'invalid_token' | 'insufficient_scope',
): string {
  const scope = scopeOf(request);
  return [
    `Bearer realm="${quoted(realm)}"`,
    `service="${quoted(service)}"`,
    ...(scope === '' ? [] : [`scope="${scope}"`]),
    ...(error ? [`error="${error}"`] : []),
  ].join(',');
}

/** Who asks to push will ask to pull next: one token serves both. */
function scopeOf({ wanted, pullFrom = [] }: AccessRequest): string {
  if (wanted === 'base' || wanted === 'metrics') return '';
  if (wanted === 'catalog') return 'registry:catalog:*';
  const { repository, action } = wanted;
  const main = `repository:${repository}:${action === 'push' ? 'pull,push' : action}`;
  return [main, ...pullFrom.map((name) => `repository:${name}:pull`)].join(' ');
}

function quoted(text: string): string {
  return text.replace(/["\\\r\n]/g, '');
}
