// A commit's files as a layer: found by the commit, or fetched and checked out.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Scope } from '../../../core/index.ts';
import { canonicalJson, type Digest, sha256 } from '../../../oci/index.ts';
import type { LayerDraft } from '../../../store/index.ts';
import { inDraft } from '../draft.ts';
import { withoutCredentials } from '../http/index.ts';
import { checkOut } from './checkout.ts';
import { fetchCommit } from './objects.ts';
import { openRepository } from './repository.ts';
import type { FetchedTree, GitCommit, GitServices, GitSource } from './types.ts';

/** What the files of a commit depend on; the remote's address only where it stays in the files. */
export function treeKey(source: GitSource, found: GitCommit): Digest {
  const { remote, ref, subdirectory, keepGitDir, submodules } = source;
  const kept = keepGitDir ? { remote: withoutCredentials(remote), ref, object: found.object } : {};
  return sha256(canonicalJson({ kind: 'git', commit: found.commit, subdirectory, submodules, ...kept }));
}

/** The files of `found`, owned by root, dated as the commit. Throws `GIT_FAILED`, `GIT_SUBDIRECTORY_INVALID`, `FETCH_TOO_LARGE`. */
export async function fetchTree(
  source: GitSource,
  found: GitCommit,
  services: GitServices,
): Promise<FetchedTree> {
  const { store, lease } = services;
  const key = treeKey(source, found);
  const known = store.cache.find(key)?.layers[0];
  if (known !== undefined && store.layers.get(known) !== undefined) {
    lease.hold([known]);
    return { layer: known, cached: true };
  }
  const { id } = await inDraft(store, (draft) => checkedOut(source, found, draft, services));
  const parts = { commit: found.commit };
  const slot = `git|${withoutCredentials(source.remote)}`;
  store.cache.add({ key, layers: [id], parts, slot, created: Date.now() });
  return { layer: id, cached: false };
}

async function checkedOut(
  source: GitSource,
  found: GitCommit,
  draft: LayerDraft,
  services: GitServices,
): Promise<undefined> {
  const home = join(draft.work, 'git');
  mkdirSync(home, { mode: 0o700 });
  const kept = source.keepGitDir && source.subdirectory === '';
  const worktree = source.subdirectory === '' ? draft.upper : join(home, 'tree');
  const directory = kept ? join(draft.upper, '.git') : join(home, 'repository');
  await using scope = new Scope();
  const place = { home, directory, worktree, kept };
  const git = await openRepository(source, found.commit, place, { ...services, scope });
  await fetchCommit(source, found, git);
  await checkOut({ source, found, git, directory, worktree, kept, target: draft.upper });
  rmSync(home, { recursive: true, force: true });
  return undefined;
}
