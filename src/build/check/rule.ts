// How rules are written: one constructor for those of BuildKit, one for ours.

import type { Rule, RuleInfo } from './types.ts';

type Looks = Rule extends infer R ? (R extends Rule ? Pick<R, 'over' | 'check'> : never) : never;

type BuildkitText = Pick<RuleInfo, 'name' | 'description' | 'experimental' | 'hadolint'> & {
  /** The last part of the page's address; absent where BuildKit gives none. */
  readonly page?: string;
};

/** A rule of BuildKit: on in every build. */
export function buildkitRule<const L extends Looks>({ page, ...text }: BuildkitText, looks: L): RuleInfo & L {
  const url = page === undefined ? {} : { url: `https://docs.docker.com/go/dockerfile/rule/${page}/` };
  return { ...text, ...url, level: 'warning', origin: 'buildkit', ...looks };
}

/** A rule of Caisson: on in checks. */
export function caissonRule<const L extends Looks>(
  text: Pick<RuleInfo, 'name' | 'description' | 'level' | 'hadolint'>,
  looks: L,
): RuleInfo & L {
  return { ...text, origin: 'caisson', ...looks };
}
