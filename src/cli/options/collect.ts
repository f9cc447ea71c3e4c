// Parsers of option values: repeated flags, pairs, sizes, numbers.

import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';

/** Gathers a repeatable option. */
export function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}

/** `NAME=value` pairs as a record; `NAME` alone takes the value from this process's environment, or is left out. */
export function pairs(items: readonly string[], fromEnvironment: boolean): Readonly<Record<string, string>> {
  const found = items.flatMap((item): [string, string][] => {
    const at = item.indexOf('=');
    if (at > 0) return [[item.slice(0, at), item.slice(at + 1)]];
    const inherited = fromEnvironment ? process.env[item] : '';
    return inherited === undefined ? [] : [[item, inherited]];
  });
  return Object.fromEntries(found);
}

/** The lines of an `--env-file`: comments and blank lines dropped, values as they are (Docker's format). */
export function envFileLines(file: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

const sizeUnits: Readonly<Record<string, number>> = { b: 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/** A size as Docker takes it (`512m`, `1.5g`, `1024`) in bytes; binary units. */
export function parseSize(text: string): number {
  const match = /^(-1|\d+(?:\.\d+)?)\s*([bkmgtp])?(?:i?b)?$/i.exec(text.trim());
  if (!match)
    throw new InvalidArgumentError(
      `"${text}" is not a size; give a number with b, k, m or g behind it, like 512m.`,
    );
  return Math.floor(Number(match[1]) * 1024 ** (sizeUnits[(match[2] ?? 'b').toLowerCase()] ?? 0));
}

/** A whole number; throws for anything else. */
export function parseWhole(text: string): number {
  if (!/^-?\d+$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a whole number.`);
  return Number(text);
}

/** A number with or without a fraction. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError(`"${text}" is not a number.`);
  return value;
}

/** A moment as `--since` takes it: RFC 3339, seconds since the epoch, or a span like `10m` before now; in milliseconds. */
export function parseMoment(text: string): number {
  const span = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (span && text !== '')
    return (
      Date.now() - 1000 * (Number(span[1] ?? 0) * 3600 + Number(span[2] ?? 0) * 60 + Number(span[3] ?? 0))
    );
  const moment = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(moment))
    throw new InvalidArgumentError(
      `"${text}" is not a moment; give an RFC 3339 time, seconds since the epoch, or a span like 10m.`,
    );
  return moment;
}
