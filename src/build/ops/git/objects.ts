// Fetching one commit: as little history as the server allows.

import { CaissonError, isCaissonError } from '../../../core/index.ts';
import { withoutCredentials } from '../http/index.ts';
import type { Git } from './command.ts';
import { failedWith } from './failed.ts';
import type { GitCommit, GitSource } from './types.ts';

/** Fetches `found` into the repository, under its name where it has one. Throws `GIT_FAILED`, `GIT_REF_MOVED`. */
export async function fetchCommit(source: GitSource, found: GitCommit, git: Git): Promise<void> {
  const what = `failed to fetch remote ${withoutCredentials(source.remote)}`;
  await failedWith(what, () => shallow(git, refspecOf(found)));
  if (await has(git, found.commit)) return;
  await failedWith(what, () => shallow(git, found.commit));
  if (await has(git, found.commit)) return;
  throw new CaissonError(
    'GIT_REF_MOVED',
    `fetched ref ${source.ref} does not match expected commit ${found.commit} and commit can not be found in the repository`,
    { hint: 'It was moved while the build ran: build again.' },
  );
}

function refspecOf({ commit, name }: GitCommit): string {
  return name === undefined ? commit : `+${name}:${name}`;
}

/** Some servers know no shallow history, others give single commits to nobody: then more is fetched. */
async function shallow(git: Git, refspec: string): Promise<void> {
  const fetch = ['fetch', '--quiet', '--update-head-ok', '--no-recurse-submodules', '--refmap='];
  try {
    await git(...fetch, '--depth=1', '--no-tags', 'origin', refspec);
  } catch (error) {
    if (!isCaissonError(error, 'GIT_FAILED')) throw error;
    if (/not our ref|unadvertised object/.test(error.message))
      await git(...fetch, '--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*');
    else if (/shallow|--depth/.test(error.message)) await git(...fetch, '--no-tags', 'origin', refspec);
    else throw error;
  }
}

async function has(git: Git, commit: string): Promise<boolean> {
  try {
    await git('cat-file', '-e', `${commit}^{commit}`);
    return true;
  } catch (error) {
    if (isCaissonError(error, 'GIT_FAILED')) return false;
    throw error;
  }
}
