// Basic authentication (RFC 7617).

import type { Credentials } from '../../types.ts';

/** The header for a user and a password; undefined where there are none. */
export function basicHeader({ username, password }: Credentials): string | undefined {
  if (password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username ?? ''}:${password}`).toString('base64')}`;
}

/** What must not be told of credentials, each behind a word. */
export function secretsOf(credentials: Credentials | undefined): readonly string[] {
  const { password, identityToken, registryToken } = credentials ?? {};
  const header = credentials && basicHeader(credentials);
  const texts = [password, identityToken, registryToken].flatMap((text) => (text ? [`secret ${text}`] : []));
  return header === undefined ? texts : [header, ...texts];
}
