// Tries: what may pass is tried again after a pause that grows.

import { setTimeout as delay } from 'node:timers/promises';
import type { HttpRequest, HttpResponse, RetryPolicy } from '../types.ts';
import { discard } from './discard.ts';
import { isPassing } from './problems.ts';

/** Within about two seconds for hosts that were never there, half a minute for those that were; a registry may ask for a minute. */
export const usualRetries: RetryPolicy = {
  tries: 4,
  patientTries: 10,
  pause: 250,
  longestPause: 8_000,
  longestAsked: 60_000,
};

const passing: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Hosts that have answered. */
export type KnownHosts = Set<string>;

/** Sends until there is an answer that will not pass, or tries run out: then the last answer or error stands. */
export async function withRetries(
  policy: RetryPolicy,
  known: KnownHosts,
  request: HttpRequest,
  send: () => Promise<HttpResponse>,
): Promise<HttpResponse> {
  const { signal, url } = request;
  const most = request.once ? 1 : (request.tries ?? Number.POSITIVE_INFINITY);
  for (let count = 1; ; count++) {
    const outcome = await send().catch((error: unknown) => {
      const tries = known.has(url.host) ? policy.patientTries : policy.tries;
      if (count >= Math.min(tries, most) || signal.aborted || !isPassing(error)) throw error;
      return undefined;
    });
    if (outcome) known.add(url.host);
    const asked = outcome && askedPause(outcome);
    if (outcome && (count >= Math.min(policy.tries, most) || !mayPass(outcome, asked, policy)))
      return outcome;
    if (outcome) discard(outcome);
    await pause(Math.max(asked ?? 0, growingPause(policy, count)), signal);
  }
}

function mayPass(
  { status }: HttpResponse,
  asked: number | undefined,
  { longestAsked }: RetryPolicy,
): boolean {
  return passing.has(status) && (asked ?? 0) <= longestAsked;
}

/** Milliseconds before try `count + 1`. */
export function growingPause(policy: Pick<RetryPolicy, 'pause' | 'longestPause'>, count: number): number {
  const whole = Math.min(policy.longestPause, policy.pause * 2 ** (count - 1));
  return whole * (0.5 + Math.random() / 2);
}

/** Waits; throws the signal's reason at once when it is aborted. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}

/** Milliseconds that an answer asks for by `Retry-After`: seconds or a date. */
export function askedPause({ headers }: HttpResponse): number | undefined {
  const asked = headers['retry-after'];
  if (typeof asked !== 'string') return undefined;
  if (/^\d{1,9}$/.test(asked.trim())) return Number(asked) * 1000;
  const date = Date.parse(asked);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
