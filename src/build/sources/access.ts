// How a build reaches remote sources: with its secrets, its ssh agent, and the proxies that hold for it.

import type { ExecRequest } from '../exec-request.ts';
import { isOverSsh, parseGitContext } from '../ops/git/index.ts';
import type { RemoteAccess } from '../remote.ts';
import type { SolveServices } from '../solve/types.ts';

/** What fetching may use: proxies given as build arguments count before those of this process's environment. */
export function remoteAccess(
  { secrets, agents }: Pick<SolveServices, 'secrets' | 'agents'>,
  buildArgs: Readonly<Record<string, string>>,
): RemoteAccess {
  return {
    secret: (id) => secrets?.read(id),
    serveAgent: (id, path) => agents?.serve(id, path),
    proxies: proxies(buildArgs),
  };
}

const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'] as const;

function proxies(buildArgs: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const given = new Map(Object.entries(buildArgs).map(([name, value]) => [name.toUpperCase(), value]));
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given.get(name) ?? process.env[name] ?? process.env[name.toLowerCase()] ?? '';
      return value === '' ? [] : [[name, value] as const, [name.toLowerCase(), value] as const];
    }),
  );
}

/** The request with this user's ssh agent forwarded where a context is reached over ssh and nothing else was asked for, as buildx does. */
export function withContextAgent<R extends ContextRequest>(request: R): R {
  const { context, namedContexts = {}, ssh = [] } = request;
  const wanted = [context, ...Object.values(namedContexts)].some(needsAgent);
  const given = ssh.some(({ id }) => id === '' || id === 'default');
  if (!wanted || given || !process.env['SSH_AUTH_SOCK']) return request;
  return { ...request, ssh: [...ssh, { id: 'default', paths: [] }] };
}

type ContextRequest = Pick<ExecRequest, 'ssh'> & {
  readonly context: string;
  readonly namedContexts?: Readonly<Record<string, string>>;
};

function needsAgent(text: string): boolean {
  const git = /^ssh:\/\/|^[\w-]+@/.test(text) ? parseGitContext(text) : undefined;
  return git !== undefined && isOverSsh(git.remote);
}
