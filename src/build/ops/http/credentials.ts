// Credentials of a URL's host, taken from the secrets of the build under BuildKit's names.

import { CaissonError } from '../../../core/index.ts';
import type { RemoteAccess } from '../../remote.ts';

/** The `Authorization` header for `url`: `HTTP_AUTH_HEADER_<host>` as it is, `HTTP_AUTH_TOKEN_<host>` as a bearer token; the token wins. */
export function authorizationFor(url: string, { secret }: RemoteAccess): string | undefined {
  if (secret === undefined || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  const read = (name: string): string | undefined => textOf(secret(`${name}_${hostname}`));
  const token = read('HTTP_AUTH_TOKEN');
  return token === undefined ? read('HTTP_AUTH_HEADER') : `Bearer ${token}`;
}

/** A secret's file often ends with a line feed, which no header can hold. */
function textOf(value: string | Uint8Array | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = (typeof value === 'string' ? value : Buffer.from(value).toString('utf8')).trim();
  if (!/[\u0000-\u001f\u007f]/.test(text)) return text || undefined;
  throw new CaissonError(
    'SECRET_INVALID',
    'A secret for the Authorization header holds a control character',
    {
      hint: 'Put the token or the header alone into the secret, on one line.',
    },
  );
}
