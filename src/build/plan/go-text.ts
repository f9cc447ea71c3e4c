// Values as Go's fmt writes them: history lines hold them, and their bytes are part of an image's digest.

import { quote } from '../../../grammar/index.ts';

/** `%q` of a list of strings: `["a" "b"]`. */
export function quoteList(texts: readonly string[]): string {
  return `[${texts.map((text) => quote(text)).join(' ')}]`;
}

/** `%v` of a list of strings: `[a b]`. */
export function plainList(texts: readonly string[]): string {
  return `[${texts.join(' ')}]`;
}

/** `%q` of a number: the character it stands for in single quotes, `'\x04'`. */
export function quoteNumber(value: number): string {
  const valid = value <= 0x10ffff && !(value >= 0xd800 && value < 0xe000);
  return quote(valid ? String.fromCodePoint(value) : '\ufffd', "'");
}

const units: readonly (readonly [string, number])[] = [
  ['ms', 1e6],
  ['µs', 1e3],
  ['ns', 1],
];

/** `String()` of a duration in nanoseconds: `1h0m0s`, `2.5s`, `100ms`. */
export function duration(nanoseconds: number): string {
  if (nanoseconds === 0) return '0s';
  if (nanoseconds >= 1e9) return clock(nanoseconds);
  const [unit, size] = units.find(([, length]) => nanoseconds >= length) ?? ['ns', 1];
  return `${decimal(BigInt(nanoseconds), BigInt(size))}${unit}`;
}

function clock(nanoseconds: number): string {
  const total = BigInt(nanoseconds);
  const minute = 60_000_000_000n;
  const seconds = `${decimal(total % minute, 1_000_000_000n)}s`;
  const minutes = total / minute;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** `value / size` as a decimal, `size` being a power of ten. */
function decimal(value: bigint, size: bigint): string {
  const digits = String(size).length - 1;
  const rest = value % size;
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(digits, '0').replace(/0+$/, '')}`;
  return `${value / size}${fraction}`;
}
