// PAX extended header records: strict parsing, bounded by the caller.

import { xattrPrefix } from './entry.ts';

/** PAX records by key, values as latin1 byte strings; an empty value takes the key away. */
export type PaxRecords = ReadonlyMap<string, string>;

/** Parses `<length> <key>=<value>\n` records; undefined when the bytes are not a sequence of them. */
export function parsePax(bytes: Buffer): PaxRecords | undefined {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const record = recordAt(bytes, at);
    if (record === undefined) return undefined;
    records.set(record.key, record.value);
    at = record.end;
  }
  return records;
}

/** The extended attributes among the records. */
export function paxXattrs(records: PaxRecords): ReadonlyMap<string, Buffer> | undefined {
  const found = new Map<string, Buffer>();
  for (const [key, value] of records)
    if (key.startsWith(xattrPrefix)) found.set(key.slice(xattrPrefix.length), Buffer.from(value, 'latin1'));
  return found.size === 0 ? undefined : found;
}

/** Seconds and nanoseconds of a decimal time; a negative fraction counts down from the next second. */
export function parsePaxTime(
  text: string,
): { readonly mtime: number; readonly nanoseconds: number } | undefined {
  const match = /^(-?)(\d{1,15})(?:\.(\d*))?$/.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const seconds = Number(whole);
  const nanoseconds = Number(fraction.slice(0, 9).padEnd(9, '0'));
  if (sign === '') return { mtime: seconds, nanoseconds };
  return nanoseconds === 0
    ? { mtime: seconds === 0 ? 0 : -seconds, nanoseconds }
    : { mtime: -seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds };
}

interface PaxRecord {
  readonly key: string;
  readonly value: string;
  readonly end: number;
}

function recordAt(bytes: Buffer, at: number): PaxRecord | undefined {
  const space = bytes.indexOf(0x20, at);
  if (space < 0 || space === at || space - at > 10) return undefined;
  const digits = bytes.toString('latin1', at, space);
  if (!/^\d+$/.test(digits)) return undefined;
  const end = at + Number(digits);
  if (end > bytes.length || end <= space + 2 || bytes[end - 1] !== 0x0a) return undefined;
  const equals = bytes.indexOf(0x3d, space);
  if (equals < 0 || equals >= end - 1 || equals === space + 1) return undefined;
  return {
    key: bytes.toString('latin1', space + 1, equals),
    value: bytes.toString('latin1', equals + 1, end - 1),
    end,
  };
}
