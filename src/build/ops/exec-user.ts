// Who a build step runs as: USER's names looked up in the image's own /etc/passwd and /etc/group.

import { type ResolvedUser, resolveUser } from '../../runtime/index.ts';
import type { TreeView } from '../../store/index.ts';

/** Resolves `user`, `user:group`, numbers or names; empty is root. Throws `USER_NOT_FOUND`, `GROUP_NOT_FOUND`, `FILE_TOO_LARGE`. */
export function userIn(view: TreeView, text: string): ResolvedUser {
  return resolveUser(text, textOf(view, '/etc/passwd'), textOf(view, '/etc/group'));
}

function textOf(view: TreeView, path: string): string {
  return view.read(path)?.toString('utf8') ?? '';
}
