// A repository of one fetch: empty, private, with the remote as its `origin`.

import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, type Scope } from '../../../core/index.ts';
import { newSession } from '../../../store/index.ts';
import { type Git, gitCommand } from './command.ts';
import { gitCredentials, isOverSsh } from './credentials.ts';
import { quotedForConfig } from './quote.ts';
import type { GitServices, GitSource } from './types.ts';

/** Where a repository and its files go. */
export interface RepositoryPlace {
  /** A folder of this fetch alone. */
  readonly home: string;
  readonly directory: string;
  readonly worktree: string;
  /** Whether the repository is kept, with the files that git puts into a new one. */
  readonly kept: boolean;
}

/** Makes the repository; the remote, credentials and all, stands in its configuration and on no command line. */
export async function openRepository(
  source: GitSource,
  commit: string,
  place: RepositoryPlace,
  services: GitServices & { readonly scope: Scope },
): Promise<Git> {
  const { home, directory, worktree, kept } = place;
  const { remote } = source;
  const git = gitCommand(
    {
      home,
      directory,
      worktree,
      sshSocket: await sshSocket(remote, services),
      ...gitCredentials(remote, services.access),
    },
    services,
  );
  mkdirSync(worktree, { recursive: true });
  const format = commit.length === 64 ? ['--object-format=sha256'] : [];
  await git('init', '--quiet', ...format, ...(kept ? [] : ['--template=']));
  appendFileSync(join(directory, 'config'), originSection(remote));
  return git;
}

/** The remote as a repository that is kept has it, and as BuildKit writes it. */
export function originSection(remote: string): string {
  return `[remote "origin"]\n\turl = ${quoted(remote)}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n`;
}

function quoted(remote: string): string {
  return /^[\w:/.@+~%-]+$/.test(remote) ? remote : quotedForConfig(remote);
}

/** Named like the folders of builds, so that one left by a killed build is found and removed; short, as sockets want it. */
async function sshSocket(
  remote: string,
  { access, store, scope }: GitServices & { readonly scope: Scope },
): Promise<string | undefined> {
  if (!isOverSsh(remote)) return undefined;
  const socket = join(store.runDirectory, `build-${newSession()}`);
  const agent = access.serveAgent?.('default', socket);
  if (agent !== undefined) {
    scope.use(await agent);
    return socket;
  }
  throw new CaissonError('SSH_NOT_FORWARDED', `no SSH key "default" forwarded for "${remote}"`, {
    hint: 'Start an ssh agent, add your key to it, and build with --ssh default.',
  });
}
