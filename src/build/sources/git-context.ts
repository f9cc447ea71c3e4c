// A context that is a Git repository: the commit is found once, and all of the build uses it.

import { parseGoBoolean } from '../../core/index.ts';
import { sha256 } from '../../oci/index.ts';
import { fetchTree, type GitReference, resolveCommit, treeKey } from '../ops/git/index.ts';
import { withoutCredentials } from '../ops/http/index.ts';
import { withVertex } from '../phase.ts';
import type { OpenedContext, SourceRequest, SourceServices } from './types.ts';

/** Fetches the repository `git`; `shown` is how it was named. Throws what fetching throws. */
export function gitContext(
  git: GitReference,
  shown: string,
  { buildArgs }: SourceRequest,
  services: SourceServices,
): Promise<OpenedContext> {
  const name = `[internal] load git source ${withoutCredentials(shown)}`;
  return withVertex(services.onEvent, name, async (vertex) => {
    const onOutput = (data: Uint8Array): void =>
      services.onEvent({ kind: 'log', vertex, stream: 'stderr', data, time: Date.now() });
    const working = { ...services, onOutput };
    const source = {
      ...git,
      keepGitDir: git.keepGitDir ?? parseGoBoolean(buildArgs['BUILDKIT_CONTEXT_KEEP_GIT_DIR'] ?? '') ?? false,
    };
    const found = await resolveCommit(source, working);
    const { layer } = await fetchTree(source, found, working);
    const remote = withoutCredentials(git.remote);
    const asked = git.ref === '' ? remote : `${remote}#${git.ref}`;
    return {
      context: { kind: 'tree', digest: sha256(treeKey(source, found)), layers: [layer] },
      sources: [{ kind: 'git', asked, remote, ref: git.ref, commit: found.commit }],
    };
  });
}
