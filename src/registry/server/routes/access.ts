// What the operations of a repository need leave for.

import type { Access, Params } from '../http/types.ts';

/** Leave for one action in the repository that the path names. */
export function repositoryAccess(action: 'pull' | 'push' | 'delete'): (params: Params) => readonly Access[] {
  return ({ name = '' }) => [{ kind: 'repository', name, action }];
}
