// Points in time of an image config: RFC 3339 text, and the clamp that makes builds reproducible.

import { CaissonError } from '../../core/index.ts';

/** Milliseconds since the epoch as Go's RFC3339Nano: UTC, without trailing zeros in the fraction. */
export function rfc3339Nano(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.replace(/\.?0+Z$/, 'Z');
}

/** The earlier of a time and the epoch of the sources (both RFC 3339); a missing time becomes the epoch. */
export function clampTime(time: string | undefined, epoch: number | undefined): string | undefined {
  if (epoch === undefined) return time;
  if (time !== undefined && Date.parse(time) <= epoch) return time;
  return rfc3339Nano(epoch);
}

/** Milliseconds of a `SOURCE_DATE_EPOCH` value (seconds); throws `SOURCE_DATE_EPOCH_INVALID`. */
export function parseEpoch(value: string | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const seconds = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
  if (seconds * 1000 <= 8.64e15) return seconds * 1000;
  throw new CaissonError('SOURCE_DATE_EPOCH_INVALID', `SOURCE_DATE_EPOCH is "${value}"`, {
    hint: 'Give it as whole seconds since 1970-01-01T00:00:00Z.',
  });
}
