// Durations as Go's time.ParseDuration reads them.

import { quote } from '../quote.ts';

const units: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

const part = /(\d+\.?\d*|\.\d+)([^\d.]*)/y;

/** Nanoseconds of `1h30m`, `500ms` …; when malformed, what is wrong with "the duration …". */
export function parseDuration(text: string): number | string {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  let total = 0;
  for (part.lastIndex = 0; part.lastIndex < rest.length; ) {
    const [matched, count, unit = ''] = part.exec(rest) ?? [];
    if (matched === undefined) return 'invalid';
    if (unit === '') return 'missing unit in';
    if (!Object.hasOwn(units, unit)) return `unknown unit ${quote(unit)} in`;
    total += Number(count) * (units[unit] ?? 0);
  }
  if (rest === '' || total > 2 ** 63) return 'invalid';
  return Math.trunc(sign === '-' ? -total : total);
}
