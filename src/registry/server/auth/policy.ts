// The access file: which repositories are whose.

import type { RepositoryAction } from '../../types.ts';
import { type ConfigFile, configFile } from '../config-file.ts';
import { type NamePattern, namePattern } from '../pattern.ts';
import type { Policy } from './types.ts';

const actions = ['pull', 'push', 'delete'] as const;
const longestPattern = 512;

interface Rule {
  readonly matches: NamePattern;
  readonly allowed: Readonly<Record<RepositoryAction, ReadonlySet<string>>>;
}

/** Without an access file: users may do everything, others nothing. */
export const usersOnly: Policy = { anonymousPull: false, allows: (user) => user !== undefined };

/**
 * Parses an access file: `{ "groups": { "devs": ["ann"] }, "repositories": { "library/**": { "pull": ["anonymous"], "push":
 * ["@devs"] } } }`. The first pattern that matches decides; who may push may pull. Throws `ACCESS_INVALID` with the place in the file.
 */
export function parsePolicy(text: string, path: string): Policy {
  const file = configFile(text, path, 'access file', 'ACCESS_INVALID');
  const { groups = {}, repositories } = file.top(['groups', 'repositories']);
  const known = groupsOf(file, groups);
  const rules = Object.entries(file.object(repositories, '"repositories"')).map(([pattern, rule]) =>
    ruleOf(file, pattern, rule, known),
  );
  return {
    anonymousPull: rules.some(({ allowed }) => allowed.pull.has('anonymous')),
    allows(user, action, repository) {
      const allowed = rules.find(({ matches }) => matches(repository, user))?.allowed[action];
      if (!allowed) return false;
      return (
        allowed.has('anonymous') || (user !== undefined && (allowed.has('*') || allowed.has(`=${user}`)))
      );
    },
  };
}

type Groups = ReadonlyMap<string, readonly string[]>;

function groupsOf(file: ConfigFile, value: unknown): Groups {
  const groups = Object.entries(file.object(value, '"groups"'));
  return new Map(groups.map(([name, members]) => [name, file.texts(members, `"groups"."${name}"`)] as const));
}

const principals = 'Names are users, "@group", "*" (all users) and "anonymous" (all).';

function ruleOf(file: ConfigFile, pattern: string, value: unknown, groups: Groups): Rule {
  const place = `"repositories"."${pattern}"`;
  if (!isPattern(pattern))
    throw file.problem(
      `${place} is no pattern of repository names`,
      'Write a name; "*" is any text within a part of it, "**" any text.',
    );
  const rule = file.object(value, place, actions);
  const who = (action: RepositoryAction): readonly string[] =>
    file
      .texts(rule[action] ?? [], `${place}."${action}"`, principals)
      .flatMap((principal) => membersOf(file, principal, groups, `${place}."${action}"`));
  const push = who('push');
  return {
    matches: namePattern(pattern),
    allowed: {
      push: new Set(push),
      pull: new Set([...who('pull'), ...push]),
      delete: new Set(who('delete')),
    },
  };
}

function isPattern(text: string): boolean {
  return text.length <= longestPattern && /^[a-z0-9._/*-]+$/.test(text.replaceAll('{user}', '*'));
}

/** Users' names get a mark, so that none of them can be one of the two words. */
function membersOf(file: ConfigFile, principal: string, groups: Groups, place: string): readonly string[] {
  if (principal === 'anonymous' || principal === '*') return [principal];
  if (!principal.startsWith('@')) return [`=${principal}`];
  const members = groups.get(principal.slice(1));
  if (!members)
    throw file.problem(`${place} names the group "${principal.slice(1)}", which "groups" does not have`);
  return members.map((member) => `=${member}`);
}
