// Which commit a ref is: asked of the remote in every build, unless the commit itself is named or pinned.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, Scope } from '../../../core/index.ts';
import { withoutCredentials } from '../http/index.ts';
import { failedWith } from './failed.ts';
import { openRepository } from './repository.ts';
import type { GitCommit, GitServices, GitSource } from './types.ts';

/** Finds the commit. Throws `GIT_REF_NOT_FOUND`, `CHECKSUM_MISMATCH`, `CHECKSUM_INVALID`, `GIT_FAILED`, `PROGRAM_NOT_FOUND`. */
export async function resolveCommit(source: GitSource, services: GitServices): Promise<GitCommit> {
  const { ref, checksum } = source;
  if (checksum !== undefined && !/^[0-9a-f]+$/i.test(checksum)) throw invalidChecksum(checksum);
  const pinned = services.access.pins?.git?.(source.remote, ref);
  const named = pinned ?? (isCommit(ref) ? ref : undefined);
  const found =
    named === undefined
      ? await askRemote(source, services)
      : { commit: named, object: named, name: undefined };
  checkCommit(source, found);
  return found;
}

/** Whether `text` is a whole commit id, SHA-1 or SHA-256. */
function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

async function askRemote(source: GitSource, services: GitServices): Promise<GitCommit> {
  await using scope = new Scope();
  const draft = services.store.layers.draft();
  try {
    const [home, worktree] = [join(draft.work, 'home'), join(draft.work, 'tree')];
    mkdirSync(home, { mode: 0o700 });
    const place = { home, directory: join(home, 'git'), worktree, kept: false };
    const git = await openRepository(source, '', place, { ...services, scope });
    if (source.ref === '') return await defaultBranch(source, git);
    return commitOf(source.ref, await remoteRefs(source, git, source.ref));
  } finally {
    await services.store.layers.discard(draft);
  }
}

type Ask = (...args: readonly string[]) => Promise<string>;

async function defaultBranch({ remote }: GitSource, git: Ask): Promise<GitCommit> {
  const shown = withoutCredentials(remote);
  const said = await failedWith(`error fetching default branch for repository ${shown}`, () =>
    git('ls-remote', '--symref', 'origin', 'HEAD'),
  );
  const name = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(said)?.[1];
  const commit = /^([0-9a-f]+)\tHEAD$/m.exec(said)?.[1];
  if (name !== undefined && commit !== undefined) return { commit, object: commit, name };
  throw new CaissonError('GIT_REF_NOT_FOUND', `could not find default branch for repository: ${shown}`, {
    hint: 'Name a branch, a tag or a commit behind "#": the repository is empty, or says none.',
  });
}

async function remoteRefs(
  { remote }: GitSource,
  git: Ask,
  ref: string,
): Promise<ReadonlyMap<string, string>> {
  const said = await failedWith(`failed to fetch remote ${withoutCredentials(remote)}`, () =>
    git('ls-remote', 'origin', ref, `${ref}^{}`),
  );
  return new Map(
    said
      .split('\n')
      .filter(Boolean)
      .map((line) => {
        const [object = '', name = ''] = line.split('\t');
        return [name, object];
      }),
  );
}

/** A full name counts first, then a branch, then a tag, as `git checkout` has it. */
function commitOf(ref: string, refs: ReadonlyMap<string, string>): GitCommit {
  const candidates = [
    `refs/${ref.replace(/^refs\//, '')}`,
    `refs/heads/${ref.replace(/^refs\/heads\//, '')}`,
    `refs/tags/${ref.replace(/^refs\/tags\//, '')}`,
  ];
  const name = candidates.find((candidate) => refs.has(candidate));
  const object = name === undefined ? undefined : refs.get(name);
  if (name !== undefined && object !== undefined && isCommit(object))
    return { commit: refs.get(`${name}^{}`) ?? object, object, name };
  throw new CaissonError('GIT_REF_NOT_FOUND', `repository does not contain ref ${ref}`, {
    hint: 'Check the name of the branch or tag; a commit has to be given with all of its digits.',
  });
}

function checkCommit({ checksum }: GitSource, { commit, object }: GitCommit): void {
  const wanted = checksum?.toLowerCase();
  if (wanted === undefined || commit.startsWith(wanted) || object.startsWith(wanted)) return;
  const got = commit === object ? commit : `${object} or ${commit}`;
  throw new CaissonError('CHECKSUM_MISMATCH', `expected checksum to match ${checksum}, got ${got}`, {
    hint: 'Find out why the branch or tag moved before you take the new commit.',
  });
}

function invalidChecksum(checksum: string): CaissonError {
  const message = `invalid checksum ${checksum} for Git URL, expected hex commit hash`;
  return new CaissonError('CHECKSUM_INVALID', message, { hint: 'Give the commit, or its first digits.' });
}
