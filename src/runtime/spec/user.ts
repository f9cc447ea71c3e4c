// Users by name or number, looked up in the image's passwd and group files as Docker does.

import { CaissonError, closest } from '../../core/index.ts';
import type { RuntimeUser } from '../../oci/index.ts';

/** A user in numbers, with the home folder of its passwd entry (`/` when it has none). */
export interface ResolvedUser extends RuntimeUser {
  readonly additionalGids: readonly number[];
  readonly home: string;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const LARGEST_ID = 2 ** 31 - 1;
/** NGROUPS_MAX: the kernel takes no more. */
const MOST_GROUPS = 65536;
/** Files beyond this are not user databases. */
const LARGEST_FILE = 16 * 1024 * 1024;

/**
 * Resolves `name`, `uid`, `name:group`, `uid:gid` (empty: root) against the texts of /etc/passwd and /etc/group ('' when missing).
 * `additionalGids` starts with the gid, then the groups the user is a member of, unless a group was given.
 * Throws `USER_NOT_FOUND`, `GROUP_NOT_FOUND`, `USER_INVALID`.
 */
export function resolveUser(user: string, passwd: string, group: string): ResolvedUser {
  checkSizes(passwd, group);
  const colon = user.indexOf(':');
  const [userPart, groupPart] = colon < 0 ? [user, ''] : [user.slice(0, colon), user.slice(colon + 1)];
  const entries = parsePasswd(passwd);
  const wanted = userPart === '' ? '0' : userPart;
  const entry = entries.find(({ name, uid }) => name === wanted || String(uid) === wanted);
  const uid = entry?.uid ?? number(wanted) ?? userMissing(wanted, entries);
  const home = entries.find((other) => other.uid === uid)?.home || '/';
  if (groupPart !== '') {
    const [gid = 0] = resolveGroups([groupPart], group);
    return { uid, gid, additionalGids: [gid], home };
  }
  const gid = entry?.gid ?? 0;
  return { uid, gid, additionalGids: [gid, ...memberships(entry?.name, group)], home };
}

/** The numbers of groups given by name or number (`--group-add`); throws `GROUP_NOT_FOUND`, `USER_INVALID`. */
export function resolveGroups(groups: readonly string[], file: string): readonly number[] {
  const entries = parseGroups(file);
  return groups.map((wanted) => {
    const entry = entries.find(({ name, gid }) => name === wanted || String(gid) === wanted);
    return entry?.gid ?? number(wanted) ?? groupMissing(wanted, entries);
  });
}

function memberships(name: string | undefined, file: string): readonly number[] {
  if (name === undefined) return [];
  return parseGroups(file)
    .filter(({ members }) => members.includes(name))
    .map(({ gid }) => gid)
    .slice(0, MOST_GROUPS - 1);
}

function checkSizes(...files: readonly string[]): void {
  if (files.every((file) => file.length <= LARGEST_FILE)) return;
  throw new CaissonError('USER_INVALID', 'The image has a passwd or group file of more than 16 MiB', {
    hint: 'Give the user and group as numbers, and mend the image.',
  });
}

/** The entries whose numbers are numbers; Docker takes a malformed uid for 0, which would make root of it. */
function parsePasswd(text: string): readonly PasswdEntry[] {
  return lines(text).flatMap(([name = '', , uidText = '', gidText = '', , home = '']) => {
    const [uid, gid] = [id(uidText), id(gidText)];
    return name === '' || uid === undefined || gid === undefined ? [] : [{ name, uid, gid, home }];
  });
}

function parseGroups(text: string): readonly GroupEntry[] {
  return lines(text).flatMap(([name = '', , gidText = '', members = '']) => {
    const gid = id(gidText);
    return name === '' || gid === undefined ? [] : [{ name, gid, members: members.split(',') }];
  });
}

function lines(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(':'));
}

function id(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) <= LARGEST_ID ? Number(text) : undefined;
}

/** A number that was given instead of a name; undefined for a name. */
function number(text: string): number | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  if (value >= 0 && value <= LARGEST_ID) return value;
  throw new CaissonError('USER_INVALID', `uids and gids must be in range 0-2147483647, not ${text}`, {
    hint: 'Give a name that the image knows, or a number in that range.',
  });
}

function userMissing(user: string, entries: readonly PasswdEntry[]): never {
  throw new CaissonError(
    'USER_NOT_FOUND',
    `unable to find user ${user}: no matching entries in passwd file`,
    {
      hint: hintOf(user, entries, 'uid'),
    },
  );
}

function groupMissing(group: string, entries: readonly GroupEntry[]): never {
  throw new CaissonError(
    'GROUP_NOT_FOUND',
    `unable to find group ${group}: no matching entries in group file`,
    {
      hint: hintOf(group, entries, 'gid'),
    },
  );
}

function hintOf(name: string, entries: readonly { readonly name: string }[], number: string): string {
  const near = closest(
    name,
    entries.slice(0, 1000).map((entry) => entry.name),
  );
  return near === undefined
    ? `Create it in an earlier step of the image, or give a numeric ${number}.`
    : `Did you mean '${near}'?`;
}
