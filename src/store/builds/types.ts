// What is kept of a build: what it was, how it ended, and its whole log.

import type { Digest } from '../../oci/index.ts';

/** A build, running or ended; times are milliseconds since the epoch. */
export interface BuildRecord {
  readonly id: string;
  /** The image's first name, else the context's. */
  readonly name: string;
  readonly context: string;
  readonly dockerfile?: string;
  readonly target?: string;
  readonly started: number;
  /** `lost`: its process died without a word. */
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled' | 'lost';
  readonly ended?: number;
  readonly steps?: BuildSteps;
  /** Digest of what it made: a manifest, or an index. */
  readonly digest?: Digest;
  readonly error?: string;
  /** Id of the state of the step that failed, where it was kept. */
  readonly kept?: string;
}

/** How many of a build's steps ended in which way. */
export interface BuildSteps {
  readonly total: number;
  readonly ran: number;
  readonly cached: number;
}

/** What is known when a build begins. */
export type NewBuild = Pick<BuildRecord, 'name' | 'context' | 'dockerfile' | 'target'>;

/** How a build ended. */
export type BuildEnd = Pick<BuildRecord, 'status' | 'steps' | 'digest' | 'error' | 'kept'>;

/** The log of a running build. */
export interface BuildLog {
  readonly id: string;
  /** Appends whole lines; what a killed process wrote less than a moment ago may be missing. */
  write(lines: string): void;
  /** Ends the log and says how the build ended. */
  end(result: BuildEnd): void;
}

/** Builds that ran on this root, with their logs. */
export interface BuildHistory {
  begin(build: NewBuild): BuildLog;
  /** Newest first. */
  list(): readonly BuildRecord[];
  /** By id or a unique prefix of it. Throws `BUILD_NOT_FOUND`, `BUILD_AMBIGUOUS`. */
  get(id: string): BuildRecord;
  /** The lines of a build's log, as they were written. */
  lines(id: string): AsyncIterable<string>;
  /** Throws `BUILD_RUNNING`, and as {@link get} does. */
  remove(id: string): BuildRecord;
}
