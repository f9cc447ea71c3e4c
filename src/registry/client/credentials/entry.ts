// One entry of a credential file: `auth` is the base64 of `user:password`.

import type { Credentials } from '../../types.ts';
import { invalid, isObject } from './config.ts';

/** The credentials in an entry; undefined for an empty one, which only says that a helper has them. Throws `CREDENTIALS_INVALID`. */
export function credentialsOf(entry: unknown, path: string, key: string): Credentials | undefined {
  if (!isObject(entry)) throw invalid(path, `its entry for "${key}" is not an object`);
  const text = (name: string) => {
    const value = entry[name] ?? '';
    if (typeof value === 'string') return value;
    throw invalid(path, `"${name}" of its entry for "${key}" is not a string`);
  };
  const [username, password] =
    text('auth') === '' ? [text('username'), text('password')] : decoded(text('auth'), path, key);
  const identityToken = text('identitytoken');
  const registryToken = text('registrytoken');
  if (password === '' && identityToken === '' && registryToken === '') return undefined;
  return {
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    ...(identityToken === '' ? {} : { identityToken }),
    ...(registryToken === '' ? {} : { registryToken }),
  };
}

/** The entry for credentials, as Docker writes it. */
export function entryFor({ username, password, identityToken, registryToken }: Credentials): object {
  const pair = username === undefined && password === undefined ? '' : `${username ?? ''}:${password ?? ''}`;
  return {
    ...(pair === '' ? {} : { auth: Buffer.from(pair).toString('base64') }),
    ...(identityToken === undefined ? {} : { identitytoken: identityToken }),
    ...(registryToken === undefined ? {} : { registrytoken: registryToken }),
  };
}

function decoded(auth: string, path: string, key: string): readonly [string, string] {
  const isBase64 = /^[A-Za-z0-9+/_-]*={0,2}$/.test(auth);
  const pair = isBase64 ? Buffer.from(auth, 'base64').toString() : '';
  const colon = pair.indexOf(':');
  if (colon < 0)
    throw invalid(path, `"auth" of its entry for "${key}" is not the base64 of a user and a password`);
  // Old versions of Docker filled the password up with NULs.
  return [pair.slice(0, colon), pair.slice(colon + 1).replace(/\0+$/, '')];
}
