// Values of mount and device fields, read as Go's strconv reads them.

import type { Option } from '../../../../grammar/index.ts';
import { parseGoBoolean } from '../../../core/index.ts';
import { ProblemError } from '../problem.ts';

/** `true`, `t`, `1`… */
export function parseBoolean(value: string, option: Option): boolean {
  const found = parseGoBoolean(value);
  if (found !== undefined) return found;
  throw invalid(`invalid value for ${option.key}: ${value}`, 'Write true or false.', option);
}

/** A number that fits in 32 bits. */
export function parseUnsigned(value: string, base: 8 | 10, option: Option): number {
  const number = (base === 8 ? /^[0-7]+$/ : /^\d+$/).test(value) ? Number.parseInt(value, base) : Number.NaN;
  if (number <= 0xffff_ffff) return number;
  const hint = base === 8 ? 'Write octal digits, as in 0755.' : 'Write a number from 0 on.';
  throw invalid(`invalid value ${value} for ${option.key}`, hint, option);
}

const powers: Readonly<Record<string, number>> = { '': 0, b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** `512m`, `1.5g`, `1024`: binary units. */
export function parseBytes(value: string, option: Option): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?$/i.exec(value) ?? [];
  const bytes = Math.floor(Number(number) * 1024 ** (powers[unit.toLowerCase()] ?? 0));
  if (number !== undefined && Number.isSafeInteger(bytes)) return bytes;
  throw invalid(
    `invalid value for ${option.key}: ${value}`,
    'Write a number with k, m or g behind it, as in 64m.',
    option,
  );
}

function invalid(message: string, hint: string, { range }: Option): ProblemError {
  return new ProblemError({ code: 'MOUNT_INVALID', message, hint, range });
}
