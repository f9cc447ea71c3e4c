// What of one source comes along: --exclude and --parents as a filter.

import { CaissonError, isCaissonError } from '../../../core/index.ts';
import { toBytePath } from '../../../oci/index.ts';
import { hasWildcards } from '../../context/index.ts';
import type { CopyVertex } from '../../types.ts';
import { type PathFilter, pathFilter } from './filter.ts';

/** A source as it is looked up. */
export interface SourceChoice {
  /** The path or pattern whose matches are selected. */
  readonly root: string;
  /** What is taken below each match; undefined: all. */
  readonly filter: PathFilter | undefined;
  /** A path (latin1 bytes) that must be there. */
  readonly required?: string;
}

/** Where a source of --parents is cut: what stands before is not made in the destination. */
const pivot = '/./';

/** The choice that `source` of `vertex` makes. Throws `SOURCE_PATTERN_INVALID`. */
export function choiceOf(vertex: CopyVertex, source: string): SourceChoice {
  const { excludes = [], parents } = vertex;
  const without = (include?: readonly string[]): PathFilter | undefined =>
    filterOf(vertex, include, excludes);
  if (!parents) return { root: source, filter: without() };
  const cut = source.indexOf(pivot);
  const [root, pattern] = [source.slice(0, cut), source.slice(cut + pivot.length)];
  const filter = without([pattern]);
  if (hasWildcards(root) || hasWildcards(pattern)) return { root, filter };
  return { root, filter, required: toBytePath(root === '' ? pattern : `${root}/${pattern}`) };
}

function filterOf(
  vertex: CopyVertex,
  include: readonly string[] | undefined,
  exclude: readonly string[],
): PathFilter | undefined {
  try {
    return pathFilter(include, exclude);
  } catch (error) {
    if (!isCaissonError(error, 'IGNORE_PATTERN_INVALID')) throw error;
    // Worded as BuildKit words it.
    const [kind, patterns] = isValid(exclude) ? ['include', include] : ['exclude', exclude];
    const message = `invalid ${kind}patterns: [${patterns?.join(' ')}]: syntax error in pattern`;
    throw new CaissonError('SOURCE_PATTERN_INVALID', message, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(vertex.location === undefined ? {} : { location: vertex.location }),
    });
  }
}

function isValid(patterns: readonly string[]): boolean {
  try {
    pathFilter(undefined, patterns);
    return true;
  } catch {
    return false;
  }
}
