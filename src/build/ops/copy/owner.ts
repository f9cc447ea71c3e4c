// The owner of `--chown`: numbers, or names looked up in the destination's own /etc/passwd and /etc/group.

import type { TreeView } from '../../../store/index.ts';

/** Numbers of a user and a group. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What `--chown` came to. */
export interface ResolvedOwner {
  readonly owner: Owner;
  readonly warnings: readonly string[];
}

interface Account {
  readonly id: number;
  /** A user's own group. */
  readonly group: number;
}

/** Resolves `user`, `user:group`; as BuildKit does, a name that the tree does not know is root, with a warning here, and nothing behind the colon the group 0. */
export function resolveOwner(text: string, base: TreeView | undefined): ResolvedOwner {
  const colon = text.indexOf(':');
  const userText = colon < 0 ? text : text.slice(0, colon);
  const groupText = colon < 0 ? '' : text.slice(colon + 1);
  const user = numberOf(userText) ?? find(base, '/etc/passwd', userText);
  const group = groupText === '' ? undefined : (numberOf(groupText) ?? find(base, '/etc/group', groupText));
  const warnings = [
    ...(user === undefined ? [unknown('user', userText, '/etc/passwd')] : []),
    ...(groupText !== '' && group === undefined ? [unknown('group', groupText, '/etc/group')] : []),
  ];
  const own = groupText === '' && colon >= 0 ? 0 : user?.group;
  return { owner: { uid: user?.id ?? 0, gid: group?.id ?? own ?? 0 }, warnings };
}

function unknown(kind: 'user' | 'group', name: string, file: string): string {
  const instead = kind === 'user' ? 'root' : "the user's own group";
  return `--chown: the ${kind} "${name}" is not in the image's ${file}; the files belong to ${instead}`;
}

/** A number stands for itself even where a user has it as a name; alone, it is the group too. */
function numberOf(text: string): Account | undefined {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return id < 2 ** 32 - 1 ? { id, group: id } : undefined;
}

/** Lines are `name:password:id`, of users `:group` follows. */
function find(base: TreeView | undefined, file: string, name: string): Account | undefined {
  const lines = base?.read(file)?.toString('utf8').split('\n') ?? [];
  const fields = lines.map((line) => line.split(':')).find(([first]) => first === name);
  const [id, group] = [Number(fields?.[2]), Number(fields?.[3])];
  return Number.isInteger(id) ? { id, group: Number.isInteger(group) ? group : 0 } : undefined;
}
