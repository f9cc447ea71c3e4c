// The access file: which repositories are whose.

import { CaissonError } from '../../../core/index.ts';
import type { RepositoryAction } from '../../types.ts';
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
  const file = objectAt(json(text, path), path, 'the file', ['groups', 'repositories']);
  const groups = groupsOf(file['groups'] ?? {}, path);
  const rules = Object.entries(objectAt(file['repositories'], path, '"repositories"')).map(
    ([pattern, rule]) => ruleOf(pattern, rule, groups, path),
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

function groupsOf(value: unknown, path: string): Groups {
  const groups = Object.entries(objectAt(value, path, '"groups"'));
  return new Map(
    groups.map(([name, members]) => [name, textsAt(members, path, `"groups"."${name}"`)] as const),
  );
}

function ruleOf(pattern: string, value: unknown, groups: Groups, path: string): Rule {
  const place = `"repositories"."${pattern}"`;
  if (
    pattern === '' ||
    pattern.length > longestPattern ||
    /[^a-z0-9._/*{}-]/.test(pattern.replaceAll('{user}', ''))
  )
    throw invalid(
      path,
      `${place} is no pattern of repository names`,
      'Write a name; "*" is any text within a part of it, "**" any text.',
    );
  const rule = objectAt(value, path, place, actions);
  const who = (action: RepositoryAction): readonly string[] =>
    textsAt(rule[action] ?? [], path, `${place}."${action}"`).flatMap((principal) =>
      membersOf(principal, groups, path, `${place}."${action}"`),
    );
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

/** Users' names get a mark, so that none of them can be one of the two words. */
function membersOf(principal: string, groups: Groups, path: string, place: string): readonly string[] {
  if (principal === 'anonymous' || principal === '*') return [principal];
  if (!principal.startsWith('@')) return [`=${principal}`];
  const members = groups.get(principal.slice(1));
  if (!members)
    throw invalid(path, `${place} names the group "${principal.slice(1)}", which "groups" does not have`);
  return members.map((member) => `=${member}`);
}

function json(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CaissonError('ACCESS_INVALID', `The access file "${path}" is not JSON: ${String(cause)}`, {
      cause,
    });
  }
}

function objectAt(
  value: unknown,
  path: string,
  place: string,
  keys?: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(path, `${place} is not an object`);
  const stranger = keys && Object.keys(value).find((key) => !keys.includes(key));
  if (stranger !== undefined)
    throw invalid(path, `${place} has "${stranger}"; expected ${keys?.map((key) => `"${key}"`).join(', ')}`);
  return value as Readonly<Record<string, unknown>>;
}

function textsAt(value: unknown, path: string, place: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string' && entry !== ''))
    throw invalid(
      path,
      `${place} is not a list of names`,
      'Names are users, "@group", "*" (all users) and "anonymous" (all).',
    );
  return value as readonly string[];
}

function invalid(path: string, problem: string, hint?: string): CaissonError {
  return new CaissonError(
    'ACCESS_INVALID',
    `The access file "${path}" is invalid: ${problem}`,
    hint === undefined ? {} : { hint },
  );
}
