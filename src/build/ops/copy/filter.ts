// Which entries below a selected directory come along: --exclude leaves some out, --parents takes only some.

import { compileIgnore, type IgnoreMatcher, type IgnoreState } from '../../context/index.ts';

/** What a filter says of one path. */
export interface FilterState {
  readonly taken: boolean;
  /** Whether anything below it can be taken. */
  readonly descend: boolean;
}

/** Decides while a directory is walked; names are latin1 bytes. */
export interface PathFilter {
  /** Of the selected directory itself, which always comes. */
  readonly root: FilterState;
  enter(parent: FilterState, name: string): FilterState;
}

/** Takes what a pattern of `include` matches (all, where it is undefined) and none of `exclude`; undefined takes all. Throws `IGNORE_PATTERN_INVALID`. */
export function pathFilter(
  include: readonly string[] | undefined,
  exclude: readonly string[],
): PathFilter | undefined {
  if (include === undefined && exclude.length === 0) return undefined;
  const only = include && compileIgnore(include);
  const without = compileIgnore(exclude);
  const root: Position = { taken: true, descend: true, only: only?.root, without: without.root };
  return { root, enter: (parent, name) => enter(only, without, parent as Position, name) };
}

/** Where both sets of patterns stand: what an ignore file would leave out is what they match. */
interface Position extends FilterState {
  readonly only: IgnoreState | undefined;
  readonly without: IgnoreState;
}

function enter(
  only: IgnoreMatcher | undefined,
  without: IgnoreMatcher,
  parent: Position,
  name: string,
): Position {
  const inside = only && parent.only && only.enter(parent.only, name);
  const outside = without.enter(parent.without, name);
  return {
    taken: (inside === undefined || inside.ignored) && !outside.ignored,
    descend: (inside === undefined || inside.ignored || inside.reachesBelow) && outside.descend,
    only: inside,
    without: outside,
  };
}
