// Who a build step runs as: USER's names looked up in the image's own /etc/passwd and /etc/group.

import { type ResolvedUser, resolveUser } from '../../runtime/index.ts';
import type { LayerId, Store } from '../../store/index.ts';
import { accountFiles } from './exec-accounts.ts';

/** Resolves `user`, `user:group`, numbers or names, in the tree of `layers` (bottom first); empty is root. Throws `USER_NOT_FOUND`, `GROUP_NOT_FOUND`. */
export function userIn(store: Store, layers: readonly LayerId[], text: string): ResolvedUser {
  const { passwd, group } = accountFiles(store, layers);
  return resolveUser(text, passwd, group);
}
