// Credentials for a repository, taken from the secrets of the build under BuildKit's names, and those in its URL.

import type { RemoteAccess } from '../../remote.ts';
import { decoded } from '../http/index.ts';
import type { GitCommand } from './command.ts';

/** What git is given to get in, and the texts that must not be shown. */
export function gitCredentials(
  remote: string,
  access: RemoteAccess,
): Pick<GitCommand, 'headers' | 'secrets'> {
  const inUrl = secretsOf(remote);
  const header = headerFor(remote, access);
  if (header === undefined) return { headers: [], secrets: inUrl };
  const value = header.slice(header.indexOf(' ') + 1);
  return {
    headers: [{ prefix: scopeOf(remote), header: `Authorization: ${header}` }],
    secrets: [...inUrl, header, value],
  };
}

/** Whether the repository is reached over ssh. */
export function isOverSsh(remote: string): boolean {
  return remote.startsWith('ssh://') || !/^[a-z]+:\/\//i.test(remote);
}

function headerFor(remote: string, { secret }: RemoteAccess): string | undefined {
  if (secret === undefined || !/^https?:/i.test(remote) || !URL.canParse(remote)) return undefined;
  const { host } = new URL(remote);
  for (const suffix of [`.${host}`, '']) {
    const header = textOf(secret(`GIT_AUTH_HEADER${suffix}`));
    if (header !== undefined) return header;
    const token = textOf(secret(`GIT_AUTH_TOKEN${suffix}`));
    if (token !== undefined) return `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  }
  return undefined;
}

function textOf(value: string | Uint8Array | undefined): string | undefined {
  const text = value === undefined || typeof value === 'string' ? value : Buffer.from(value).toString('utf8');
  return text?.trim() || undefined;
}

/** The header is for this repository alone; at GitHub for all of its repositories, so that submodules can be had. */
function scopeOf(remote: string): string {
  const github = /^https:\/\/(?:www\.)?github\.com\//.exec(remote);
  return github?.[0] ?? remote;
}

/** Over HTTP the user alone may be a token; `git@` is none. */
function secretsOf(remote: string): readonly string[] {
  const match = /^([a-z]+):\/\/([^/?#]*)@/i.exec(remote);
  if (match === null) return [];
  const [, scheme = '', user = ''] = match;
  const [name = '', ...password] = user.split(':');
  const parts = scheme.toLowerCase().startsWith('http')
    ? [user, name, password.join(':')]
    : [password.join(':')];
  return parts.flatMap((part) => [part, decoded(part)]).filter((part) => part !== '');
}
