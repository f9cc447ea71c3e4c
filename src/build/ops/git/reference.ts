// Git repositories as a Dockerfile and the command line name them: `https://host/repo.git#ref:dir`, `git@host:repo?ref=…`.

import { posix } from 'node:path';
import { CaissonError } from '../../../core/index.ts';
import { applyQuery } from './query.ts';
import type { GitReference } from './types.ts';

/** Reads a Git URL; undefined when `text` is something else. Throws `GIT_URL_INVALID`. */
export function parseGitReference(text: string): GitReference | undefined {
  const parts = splitUrl(text) ?? splitScp(text);
  if (parts === undefined) return undefined;
  const [ref = '', ...directory] = parts.fragment.split(':');
  const plain = { ref, subdirectory: directory.join(':'), checksum: undefined };
  const asked = applyQuery(plain, parts.query, text);
  checkRemote(parts, text);
  checkRef(asked.ref);
  return {
    ...asked,
    remote: parts.remote,
    subdirectory: posix.resolve('/', asked.subdirectory).slice(1),
  };
}

/** As {@link parseGitReference}, with `github.com/owner/repo` taken too: contexts may be named so. */
export function parseGitContext(text: string): GitReference | undefined {
  return parseGitReference(text.startsWith('github.com/') ? githubUrl(text) : text);
}

function githubUrl(text: string): string {
  const path = /^[^?#]*/.exec(text)?.[0] ?? '';
  return `https://${path}${path.endsWith('.git') ? '' : '.git'}${text.slice(path.length)}`;
}

interface UrlParts {
  readonly remote: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** `git://`, `ssh://`, and `http(s)://` where the path ends with `.git`. */
function splitUrl(text: string): UrlParts | undefined {
  const match =
    /^(?<scheme>https?|ssh|git):\/\/(?<host>[^/?#]*)(?<path>[^?#]*)(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/is.exec(
      text,
    );
  if (!match?.groups) return undefined;
  const { scheme = '', host = '', path = '', query = '', fragment = '' } = match.groups;
  if (scheme.toLowerCase().startsWith('http') && !path.endsWith('.git')) return undefined;
  return { remote: `${scheme.toLowerCase()}://${host}${path}`, host, path, query, fragment };
}

/** `user@host:path` */
function splitScp(text: string): UrlParts | undefined {
  const match =
    /^(?<user>[\w-]+)@(?<host>[\w.-]+):(?<path>[^?#]*)(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/s.exec(
      text,
    );
  if (!match?.groups) return undefined;
  const { user = '', host = '', path = '', query = '', fragment = '' } = match.groups;
  return { remote: `${user}@${host}:${path}`, host, path, query, fragment };
}

/** Nothing that git or ssh could take for an option comes near their command lines. */
function checkRemote({ remote, host, path }: UrlParts, text: string): void {
  const name = host.slice(host.lastIndexOf('@') + 1);
  const bad = remote.startsWith('-') || name === '' || name.startsWith('-') || /^\/?-/.test(path);
  if (!bad && !/[\u0000-\u0020\u007f]/.test(remote)) return;
  throw new CaissonError('GIT_URL_INVALID', `invalid git remote ${JSON.stringify(text)}`, {
    hint: 'Neither the host nor the path of a repository may be empty, begin with "-" or hold blanks.',
  });
}

/** A ref's name is plain (git-check-ref-format): no option, no pattern, no revision arithmetic. */
function checkRef(ref: string): void {
  if (!ref.startsWith('-') && !/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{/.test(ref)) return;
  throw new CaissonError('GIT_URL_INVALID', `invalid git ref ${JSON.stringify(ref)}`, {
    hint: 'Name a branch, a tag, or a whole commit.',
  });
}
