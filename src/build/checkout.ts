// The Git working tree that a local context lies in: what the image may say of where it came from.

import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import type { BuildInputs } from './sources/local.ts';

/** What is to be told of the working tree. */
export interface CheckoutRequest {
  /** In provenance, as `vcs`. */
  readonly info: boolean;
  /** In labels of the image; those that the build gives itself stay. */
  readonly labels: boolean;
}

/** A working tree; paths are relative to its root. */
export interface Checkout {
  /** The commit, where there is one. */
  readonly revision?: string;
  /** The URL of the remote repository, without credentials. */
  readonly source?: string;
  readonly context: string;
  readonly dockerfile?: string;
}

/** What git says of the folder of a local context; undefined outside of a working tree, or without git. */
export function checkoutOf({ context, dockerfile }: BuildInputs): Checkout | undefined {
  const root = gitSays(context, 'rev-parse', '--show-toplevel');
  if (root === undefined) return undefined;
  const revision = gitSays(context, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  const source = sourceOf(context);
  const file = inside(root, dockerfile);
  return {
    context: inside(root, context) ?? '.',
    ...(revision === undefined ? {} : { revision }),
    ...(source === undefined ? {} : { source }),
    ...(file === undefined ? {} : { dockerfile: file }),
  };
}

/** The labels of buildx's `BUILDX_GIT_LABELS`. */
export function checkoutLabels({ revision, source, dockerfile }: Checkout): Readonly<Record<string, string>> {
  return present({
    'org.opencontainers.image.revision': revision,
    'org.opencontainers.image.source': source,
    'com.docker.image.source.entrypoint': dockerfile,
  });
}

/** What provenance has as `vcs`. */
export function checkoutFacts(checkout: Checkout): Readonly<Record<string, string>> {
  const { revision, source, context, dockerfile } = checkout;
  return present({
    revision,
    source,
    'localdir:context': context,
    'localdir:dockerfile': dockerfile === undefined ? undefined : dirname(dockerfile),
  });
}

/** What git prints, without the line's end; undefined when it fails or prints nothing. Only what reads objects, references and settings may be asked. */
export function gitSays(folder: string, ...args: readonly string[]): string | undefined {
  try {
    const printed = execFileSync('git', [...safely, '-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        PATH: process.env['PATH'] ?? '',
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_NO_LAZY_FETCH: '1',
      },
    });
    return printed.replace(/\n$/, '') || undefined;
  } catch {
    return undefined;
  }
}

/** What is asked runs nothing that the repository's configuration names; it may belong to someone else. */
const safely = ['-c', 'safe.directory=*', '-c', 'protocol.allow=never'];

/** The remote that the branch follows, else `origin`, else `upstream`. */
function sourceOf(folder: string): string | undefined {
  const branch = gitSays(folder, 'symbolic-ref', '-q', 'HEAD');
  const followed = branch && gitSays(folder, 'for-each-ref', '--format=%(upstream:remotename)', branch);
  for (const remote of [followed, 'origin', 'upstream']) {
    const url = remote && gitSays(folder, 'config', '--get', `remote.${remote}.url`);
    if (url) return withoutUser(url);
  }
  return undefined;
}

/** Of a URL; `user@host:path` stays, which holds no password. */
function withoutUser(remote: string): string {
  return remote.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1');
}

/** Relative to the root; undefined outside of it. */
function inside(root: string, path: string): string | undefined {
  const found = relative(root, realpathSync(path)) || '.';
  return found === '..' || found.startsWith('../') ? undefined : found;
}

function present(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value ? [[key, value]] : [])));
}
