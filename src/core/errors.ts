// The error family: every failure that a person is meant to read.

/** A place in a source file; lines and columns count from 1. */
export interface ErrorLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a {@link CaissonError} may carry beyond its code and message. */
export interface ErrorDetails {
  /** What the reader can do about it, one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  readonly location?: ErrorLocation;
  /** Text shown below the message as it is: a code frame, the last log lines. */
  readonly excerpt?: string;
}

/** A failure with a stable `code` (`IMAGE_NOT_FOUND`), a message for people and, where there is one, a remedy. */
export class CaissonError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly location: ErrorLocation | undefined;
  readonly excerpt: string | undefined;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CaissonError';
    this.code = code;
    this.hint = details.hint;
    this.location = details.location;
    this.excerpt = details.excerpt;
  }
}

/** Whether `error` is a {@link CaissonError}, with `code` if one is given. */
export function isCaissonError(error: unknown, code?: string): error is CaissonError {
  return error instanceof CaissonError && (code === undefined || error.code === code);
}

/** The `code` of a Node system error (`ENOENT`), or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
