// Asking upstreams that may be out: with a time limit, and not again at once after a failure.

import { CaissonError, isCaissonError } from '../../../core/index.ts';
import type { Upstream } from './upstreams.ts';

/** What an upstream said. */
export type Answer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'out'; readonly error: unknown };

/** Asks upstreams. */
export interface Availability {
  /** Asks within `limit` milliseconds; where there is something to fall back on, an upstream that just failed is not asked. */
  ask<T>(
    upstream: Upstream,
    options: { readonly limit: number; readonly fallback: boolean },
    question: (signal: AbortSignal) => Promise<T>,
  ): Promise<Answer<T>>;
}

/** An upstream that failed is left alone for this time, in milliseconds. */
const pause = 10_000;
/** Answers, not failures: the upstream works. */
const definite: ReadonlySet<string> = new Set(['MANIFEST_NOT_FOUND', 'BLOB_NOT_FOUND']);

/** Answers about what was asked for. */
const aboutQuestion: ReadonlySet<string> = new Set([
  'UNAUTHORIZED',
  'DENIED',
  'NAME_UNKNOWN',
  'REFERENCE_INVALID',
  'MANIFEST_INVALID',
  'DIGEST_MISMATCH',
  'UNSUPPORTED',
]);

/** Upstreams' availability, seen from what was asked of them; `failed` is told of failures. */
export function availability(failed: (upstream: Upstream, error: unknown) => void): Availability {
  const out = new Map<Upstream, { readonly until: number; readonly error: unknown }>();
  return {
    async ask(upstream, { limit, fallback }, question) {
      const known = out.get(upstream);
      if (fallback && known && known.until > Date.now()) return { kind: 'out', error: known.error };
      try {
        const value = await question(AbortSignal.timeout(limit));
        out.delete(upstream);
        return { kind: 'answer', value };
      } catch (cause) {
        const error = isLate(cause) ? late(upstream, limit, cause) : cause;
        if (isCaissonError(error) && definite.has(error.code)) throw error;
        if (!isAboutQuestion(error)) out.set(upstream, { until: Date.now() + pause, error });
        failed(upstream, error);
        return { kind: 'out', error };
      }
    },
  };
}

function isLate(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError';
}

function late({ url }: Upstream, limit: number, cause: unknown): CaissonError {
  const message = `"${url.origin}" did not answer within ${limit / 1000} seconds`;
  return new CaissonError('REQUEST_TIMEOUT', message, { cause });
}

/** One repository that is not open to us, not there, or not in order says nothing of the others: nobody may put an upstream out by asking for it. */
function isAboutQuestion(error: unknown): boolean {
  return isCaissonError(error) && aboutQuestion.has(error.code);
}
