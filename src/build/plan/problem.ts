// What is wrong with a Dockerfile beyond its syntax, found while planning.

import type { Range } from '../../../grammar/index.ts';

/** The kinds of problem; each is the `code` of the error that reports it. */
export type ProblemCode =
  | 'BASE_BLANK'
  | 'CHECKSUM_INVALID'
  | 'CHMOD_INVALID'
  | 'DEVICE_INVALID'
  | 'ENTITLEMENT_MISSING'
  | 'IMAGE_NOT_FOUND'
  | 'MOUNT_INVALID'
  | 'PLAN_TOO_LARGE'
  | 'PLATFORM_INVALID'
  | 'OWNER_INVALID'
  | 'PORT_INVALID'
  | 'REFERENCE_INVALID'
  | 'SIGNAL_INVALID'
  | 'SOURCE_INVALID'
  | 'STAGE_CYCLE'
  | 'STAGE_NOT_FOUND'
  | 'STAGE_ORDER'
  | 'SYNTAX_NOT_SUPPORTED'
  | 'TRIGGER_INVALID'
  | 'VOLUME_INVALID'
  | 'WORD_INVALID';

/** One problem and its place. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly range: Range;
  readonly hint?: string;
  /** A likely correct spelling. */
  readonly suggestion?: string;
  readonly cause?: unknown;
}

/** Thrown inside planning; `planBuild` collects these and reports them together. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Runs `attempt`; a problem it throws goes to `problems` and `fallback` is the result. */
export function collect<T>(problems: Problem[], fallback: T, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    problems.push(error.problem);
    return fallback;
  }
}
