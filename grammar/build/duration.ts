// Durations as Go's time.ParseDuration reads them.

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

const part = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/** Nanoseconds of `1h30m`, `500ms` …; undefined when malformed or beyond 64 bits. */
export function parseDuration(text: string): number | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (rest === '') return undefined;
  let total = 0;
  for (part.lastIndex = 0; part.lastIndex < rest.length; ) {
    const match = part.exec(rest);
    if (!match) return undefined;
    total += Number(match[1]) * (units[match[2] ?? ''] ?? 0);
  }
  if (total > 2 ** 63) return undefined;
  return Math.trunc(sign === '-' ? -total : total);
}
