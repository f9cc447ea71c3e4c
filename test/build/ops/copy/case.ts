// What a case of COPY and ADD is.

import type { Archive } from './archives.ts';

/**
 * A case: trees given as lines (`d 755 0:0 path`, `f 644 0:0 path text`, `l path -> target`, `h path = other`, `p 644 0:0 path`,
 * `c 644 0:0 path 1,3`, `b …`, `x path attribute=hex`), and the instruction that is tried.
 */
export interface CopyCase {
  readonly name: string;
  /** What is in the tree copied into. */
  readonly base?: readonly string[];
  /** What is in the context; owners are not told apart there. */
  readonly context?: readonly string[];
  /** What is in the stage `src`, for `--from=src`. */
  readonly from?: readonly string[];
  /** An archive in the context. */
  readonly archive?: Archive;
  /** Lines of the ignore file. */
  readonly ignore?: readonly string[];
  readonly instruction: string;
}
