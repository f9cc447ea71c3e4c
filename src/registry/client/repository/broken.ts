// What breaks an upload so that another try may mend it, and how long that waits.

import { askedPause, growingPause, isPassing, pause } from '../transport/index.ts';
import type { HttpResponse } from '../types.ts';
import { problemOf } from './answer.ts';
import type { UploadTarget } from './upload-session.ts';

/** Beside what passes: forgotten, out of time, out of step. */
const statuses: ReadonlySet<number> = new Set([404, 408, 416, 429, 500, 502, 503, 504]);

/** A failure that another try may mend. */
export class Broken extends Error {
  readonly problem: unknown;
  readonly status: number | undefined;
  /** Milliseconds that the registry wants to be left alone. */
  readonly asked: number;
  constructor(problem: unknown, { status, asked = 0 }: { status?: number; asked?: number | undefined } = {}) {
    super('An upload broke', { cause: problem });
    this.problem = problem;
    this.status = status;
    this.asked = asked;
  }
}

/** The answer, unless it is a refusal that another try may mend, as `more` may be. Throws {@link Broken}. */
export async function unlessBroken(
  response: HttpResponse,
  { endpoint, what }: UploadTarget,
  ...more: readonly number[]
): Promise<HttpResponse> {
  const { status } = response;
  if (!statuses.has(status) && !more.includes(status)) return response;
  throw new Broken(await problemOf(response, endpoint, what), { status, asked: askedPause(response) });
}

/** What broke an upload. Throws `error` where that is there to stay. */
export function brokenBy(error: unknown): Broken {
  if (error instanceof Broken) return error;
  if (isPassing(error)) return new Broken(error);
  throw error;
}

/** Waits before try `failures + 1`. Throws the problem after `most` tries, or where the registry asks for too much patience. */
export async function pauseAfter(
  { problem, asked }: Broken,
  failures: number,
  most: number,
  { at: { retries }, signal }: UploadTarget,
): Promise<void> {
  signal.throwIfAborted();
  if (failures >= most || asked > retries.longestAsked) throw problem;
  await pause(Math.max(asked, growingPause(retries, failures)), signal);
}
