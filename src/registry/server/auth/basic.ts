// The Basic scheme of the Authorization header (RFC 7617).

import type { Login } from './passwords.ts';

/** What an Authorization header says. */
export type Authorization =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly login: Login }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'malformed' };

const form = /^(?<scheme>[A-Za-z]+) +(?<value>[A-Za-z0-9._~+/-]+=*)$/;

/** Reads an Authorization header; an empty name with an empty password is nobody, which some clients send for want of credentials. */
export function parseAuthorization(header: string | undefined): Authorization {
  if (header === undefined || header === '') return { kind: 'none' };
  const { scheme = '', value = '' } = form.exec(header)?.groups ?? {};
  if (scheme.toLowerCase() === 'bearer') return { kind: 'bearer', token: value };
  return scheme.toLowerCase() === 'basic' ? basic(value) : { kind: 'malformed' };
}

function basic(value: string): Authorization {
  const text = Buffer.from(value, 'base64').toString('utf8');
  if (text === ':') return { kind: 'none' };
  const colon = text.indexOf(':');
  if (colon < 1) return { kind: 'malformed' };
  return { kind: 'basic', login: { user: text.slice(0, colon), password: text.slice(colon + 1) } };
}
