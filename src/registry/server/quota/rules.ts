// The rules file: how much repositories may have, which tags are kept, and which cannot be changed.

import { parseSpan } from '../../../core/index.ts';
import { type ConfigFile, configFile } from '../config-file.ts';
import { type NamePattern, namePattern } from '../pattern.ts';

/** What a registry keeps. */
export interface Rules {
  /** Bytes that a repository may have; undefined: any amount. */
  quota(repository: string): number | undefined;
  /** Tags that can be neither moved nor deleted, by clients or by retention. */
  isProtected(repository: string, tag: string): boolean;
  /** The first that matches a tag governs it. */
  readonly retention: readonly RetentionRule[];
}

/** Which tags of a repository stay: the newest `keepLast`, and those changed within `keepWithin` milliseconds. */
export interface RetentionRule {
  readonly repositories: NamePattern;
  readonly tags: NamePattern;
  readonly keepLast: number | undefined;
  readonly keepWithin: number | undefined;
  /** Milliseconds after which a manifest goes that no tag leads to. */
  readonly untagged: number | undefined;
}

/** Nothing is bounded, everything stays. */
export const noRules: Rules = { quota: () => undefined, isProtected: () => false, retention: [] };

/**
 * Parses a rules file: `{ "quotas": { "team/**": "20g" }, "protected": { "team/**": ["v*"] }, "retention": [{ "repositories":
 * "team/**", "tags": "*", "keepLast": 10, "keepWithin": "30d", "untagged": "7d" }] }`. Throws `RULES_INVALID` with the place in the file.
 */
export function parseRules(text: string, path: string): Rules {
  const file = configFile(text, path, 'rules file', 'RULES_INVALID');
  const {
    quotas = {},
    protected: shields = {},
    retention = [],
  } = file.top(['quotas', 'protected', 'retention']);
  const bounds = Object.entries(file.object(quotas, '"quotas"')).map(([pattern, size]) => ({
    matches: namePattern(pattern),
    bytes: bytesAt(file, size, `"quotas"."${pattern}"`),
  }));
  const shielded = Object.entries(file.object(shields, '"protected"')).map(([pattern, tags]) => ({
    matches: namePattern(pattern),
    tags: file.texts(tags, `"protected"."${pattern}"`).map(namePattern),
  }));
  return {
    quota: (repository) => bounds.find(({ matches }) => matches(repository))?.bytes,
    isProtected: (repository, tag) =>
      shielded.some(({ matches, tags }) => matches(repository) && tags.some((one) => one(tag))),
    retention: file
      .list(retention, '"retention"')
      .map((rule, index) => retentionAt(file, rule, `"retention"[${index}]`)),
  };
}

function retentionAt(file: ConfigFile, value: unknown, place: string): RetentionRule {
  const keys = ['repositories', 'tags', 'keepLast', 'keepWithin', 'untagged'];
  const rule = file.object(value, place, keys);
  const spanOf = (key: string): number | undefined =>
    rule[key] === undefined ? undefined : spanAt(file, rule[key], `${place}."${key}"`);
  return {
    repositories: patternAt(file, rule['repositories'], `${place}."repositories"`),
    tags: patternAt(file, rule['tags'] ?? '**', `${place}."tags"`),
    keepLast: countAt(file, rule['keepLast'], `${place}."keepLast"`),
    keepWithin: spanOf('keepWithin'),
    untagged: spanOf('untagged'),
  };
}

function patternAt(file: ConfigFile, value: unknown, place: string): NamePattern {
  if (typeof value === 'string' && value !== '') return namePattern(value);
  throw file.problem(`${place} is not a pattern`, '"*" is any text within a part of a name, "**" any text.');
}

function countAt(file: ConfigFile, value: unknown, place: string): number | undefined {
  if (value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0))
    return value as number | undefined;
  throw file.problem(`${place} is not a number of tags`);
}

const units: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4 };

function bytesAt(file: ConfigFile, value: unknown, place: string): number {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([kmgt]?)b?$/i.exec(String(value)) ?? [];
  if (count === undefined) throw file.problem(`${place} is not a size`, 'Write it like "20g" or "512m".');
  return Math.floor(Number(count) * 1024 ** (units[unit.toLowerCase()] ?? 0));
}

function spanAt(file: ConfigFile, value: unknown, place: string): number {
  const span = typeof value === 'string' ? parseSpan(value) : undefined;
  if (span !== undefined) return span;
  throw file.problem(`${place} is not a span of time`, 'Write it like "30d" or "12h".');
}
