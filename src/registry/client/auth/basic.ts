// Basic authentication (RFC 7617).

import type { Credentials } from '../../types.ts';

/** The header for a user and a password; undefined where there are none. */
export function basicHeader({ username, password }: Credentials): string | undefined {
  if (password === undefined) return undefined;
  return `Basic ${Buffer.from(`${username ?? ''}:${password}`).toString('base64')}`;
}
