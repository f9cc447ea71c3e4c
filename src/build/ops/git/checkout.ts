// A fetched commit laid out as files: what git writes, made the same on every machine.

import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../../../core/index.ts';
import { withoutCredentials } from '../http/index.ts';
import { settleTree } from './attributes.ts';
import type { Git } from './command.ts';
import { failedWith } from './failed.ts';
import { originSection } from './repository.ts';
import type { GitCommit, GitSource } from './types.ts';

/** A fetched commit and where its files go. */
export interface Checkout {
  readonly source: GitSource;
  readonly found: GitCommit;
  readonly git: Git;
  /** The repository. */
  readonly directory: string;
  /** Where the whole tree is laid out. */
  readonly worktree: string;
  /** Whether the repository stays, as `.git`. */
  readonly kept: boolean;
  /** What becomes the layer: the worktree itself, or the place for its subdirectory. */
  readonly target: string;
}

/** Lays the files out. Throws `GIT_FAILED`, `GIT_SUBDIRECTORY_INVALID`, `FETCH_TOO_LARGE`. */
export async function checkOut(checkout: Checkout): Promise<void> {
  const { source, found, git, worktree, kept, target } = checkout;
  const remote = withoutCredentials(source.remote);
  await checkSize(git, found.commit, worktree, remote);
  await failedWith(`failed to checkout remote ${remote}`, () =>
    git('checkout', '--quiet', '--force', '--detach', found.commit),
  );
  if (source.submodules)
    await failedWith(`failed to update submodules for ${remote}`, () =>
      git('submodule', '--quiet', 'update', '--init', '--recursive', '--depth=1'),
    );
  const seconds = Number((await git('log', '-1', '--format=%ct', found.commit)).trim());
  if (kept) await tidyRepository(checkout);
  else if (source.submodules) removeGitLinks(Buffer.from(worktree));
  if (source.subdirectory !== '') moveUp(worktree, source.subdirectory, target);
  settleTree(target, seconds);
}

/** A commit that names more than the disk can hold is not laid out at all. */
async function checkSize(git: Git, commit: string, folder: string, remote: string): Promise<void> {
  const { bavail, bsize } = statfsSync(folder);
  const room = bavail * bsize;
  let bytes = 0;
  for (const line of (await git('ls-tree', '-r', '-l', '--full-tree', commit)).split('\n')) {
    bytes += Number(/^\S+ blob \S+ +(\d+)/.exec(line)?.[1] ?? 0);
  }
  if (bytes <= room) return;
  throw new CaissonError(
    'FETCH_TOO_LARGE',
    `${commit} of ${remote} has files of ${bytes} bytes, more than the disk has room for (${room} bytes)`,
    { hint: 'Make room with `caisson prune`, or use a root on a larger disk (--root).' },
  );
}

/** What a kept repository need not tell: credentials, who fetched when, and times of files. */
async function tidyRepository({ source, git, directory }: Checkout): Promise<void> {
  const config = join(directory, 'config');
  const shown = originSection(withoutCredentials(source.remote));
  writeFileSync(
    config,
    readFileSync(config, 'utf8').replace(originSection(source.remote), () => shown),
  );
  await git('reflog', 'expire', '--all', '--expire=now');
  await git('read-tree', 'HEAD');
  rmSync(join(directory, 'FETCH_HEAD'), { force: true });
}

/** Submodules have a file `.git` that points to a repository which does not stay. */
function removeGitLinks(folder: Buffer): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    if (entry.name.toString() === '.git') rmSync(path, { recursive: true, force: true });
    else if (entry.isDirectory()) removeGitLinks(path);
  }
}

function moveUp(worktree: string, subdirectory: string, target: string): void {
  let folder = worktree;
  for (const name of subdirectory.split('/')) {
    folder = join(folder, name);
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (!found?.isDirectory() || name === '.git')
      throw invalidSubdirectory(subdirectory, found !== undefined);
  }
  for (const name of readdirSync(folder, { encoding: 'buffer' }))
    renameSync(
      Buffer.concat([Buffer.from(`${folder}/`), name]),
      Buffer.concat([Buffer.from(`${target}/`), name]),
    );
}

function invalidSubdirectory(subdirectory: string, exists: boolean): CaissonError {
  const reason = exists ? 'not a directory' : 'no such file or directory';
  return new CaissonError('GIT_SUBDIRECTORY_INVALID', `invalid subdir /${subdirectory}: ${reason}`, {
    hint: 'Name a directory of the repository behind the ":"; links are not followed.',
  });
}
