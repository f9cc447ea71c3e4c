// Writes tar headers in one fixed form, that of Go's archive/tar: ustar, preceded by PAX records for what ustar cannot hold.

import { isAscii } from '../raw-path.ts';
import { blockSize, padding, type TarEntry, typeFlags, xattrPrefix } from './entry.ts';

/** What ends an archive: two empty blocks. */
export const endOfArchive: Buffer = Buffer.alloc(2 * blockSize);

/** Writes the header of `entry` at `offset` if one block says it all; false, with nothing written, when it takes PAX records. */
export function writePlainHeader(into: Buffer, offset: number, entry: TarEntry): boolean {
  const name = writtenName(entry);
  const split = splitName(name);
  if (split === undefined || needsRecords(entry)) return false;
  writeHeader(into, offset, entry, split, typeFlags[entry.type], entry.size);
  return true;
}

/** The header of `entry`, with PAX records before it where they are needed. */
export function encodeHeader(entry: TarEntry): Buffer {
  const records = paxRecords(entry);
  if (records.length === 0) {
    const plain = Buffer.allocUnsafe(blockSize);
    writePlainHeader(plain, 0, entry);
    return plain;
  }
  const body = Buffer.concat(records);
  const size = 2 * blockSize + body.length + padding(body.length);
  const whole = Buffer.alloc(size);
  writeHeader(whole, 0, recordsEntry, { name: recordsName(entry.name), prefix: '' }, 'x', body.length);
  body.copy(whole, blockSize);
  const name = truncated(writtenName(entry));
  writeHeader(whole, size - blockSize, entry, { name, prefix: '' }, typeFlags[entry.type], entry.size);
  return whole;
}

interface SplitName {
  readonly name: string;
  readonly prefix: string;
}

const nameSize = 100;
const prefixSize = 155;
const largestId = 0o7777777;
const largestNumber = 0o77777777777;
const recordsEntry: TarEntry = { type: 'file', name: '', mode: 0, uid: 0, gid: 0, size: 0, mtime: 0 };

function writtenName(entry: TarEntry): string {
  return entry.type === 'directory' ? `${entry.name}/` : entry.name;
}

/** Fits a name into ustar's two name fields; undefined when it does not fit. */
function splitName(name: string): SplitName | undefined {
  if (!isAscii(name)) return undefined;
  if (name.length <= nameSize) return { name, prefix: '' };
  const reach = name.length > prefixSize + 1 ? prefixSize + 1 : name.length - (name.endsWith('/') ? 1 : 0);
  const slash = name.lastIndexOf('/', reach - 1);
  const rest = name.slice(slash + 1);
  if (slash <= 0 || slash > prefixSize || rest === '' || rest.length > nameSize) return undefined;
  return { name: rest, prefix: name.slice(0, slash) };
}

function fitsLink(linkName: string): boolean {
  return linkName.length <= nameSize && isAscii(linkName);
}

function needsRecords(entry: TarEntry): boolean {
  return (
    entry.uid > largestId ||
    entry.gid > largestId ||
    entry.size > largestNumber ||
    entry.mtime < 0 ||
    entry.mtime > largestNumber ||
    Boolean(entry.nanoseconds) ||
    (entry.xattrs !== undefined && entry.xattrs.size > 0) ||
    (entry.linkName !== undefined && !fitsLink(entry.linkName))
  );
}

/** The records ustar needs beside it, sorted by key. */
function paxRecords(entry: TarEntry): readonly Buffer[] {
  const name = writtenName(entry);
  const records = new Map<string, Buffer>();
  const add = (key: string, value: string): unknown => records.set(key, Buffer.from(value, 'latin1'));
  for (const [key, value] of entry.xattrs ?? []) records.set(xattrPrefix + key, value);
  if (name.length > nameSize || !isAscii(name)) add('path', name);
  if (entry.linkName !== undefined && !fitsLink(entry.linkName)) add('linkpath', entry.linkName);
  if (entry.uid > largestId) add('uid', String(entry.uid));
  if (entry.gid > largestId) add('gid', String(entry.gid));
  if (entry.size > largestNumber) add('size', String(entry.size));
  if (entry.mtime < 0 || entry.mtime > largestNumber || entry.nanoseconds) add('mtime', paxTime(entry));
  return [...records].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => paxRecord(key, value));
}

/** Seconds with a decimal fraction; the fraction of a negative time counts away from zero. */
function paxTime({ mtime, nanoseconds = 0 }: TarEntry): string {
  if (nanoseconds === 0) return String(mtime);
  const negative = mtime < 0;
  const seconds = negative ? -(mtime + 1) : mtime;
  const fraction = negative ? 1_000_000_000 - nanoseconds : nanoseconds;
  return `${negative ? '-' : ''}${seconds}.${String(fraction).padStart(9, '0').replace(/0+$/, '')}`;
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: Buffer): Buffer {
  const rest = key.length + value.length + 3;
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${length} ${key}=`, 'latin1'), value, Buffer.from('\n')]);
}

function recordsName(name: string): string {
  const slash = name.lastIndexOf('/');
  // As Go: a name without any ASCII leaves no slash at the end.
  return truncated(`${name.slice(0, slash + 1)}PaxHeaders.0/${name.slice(slash + 1)}`).replace(/\/+$/, '');
}

/** ASCII characters only, at most what the name field takes; a cut never makes a file's name end like a directory's. */
function truncated(name: string): string {
  const ascii = name.replace(/[^\x01-\x7f]/g, '');
  return ascii.length <= nameSize ? ascii : ascii.slice(0, nameSize).replace(/\/+$/, '');
}

function writeHeader(
  into: Buffer,
  offset: number,
  entry: TarEntry,
  { name, prefix }: SplitName,
  flag: string,
  size: number,
): void {
  into.fill(0, offset, offset + blockSize);
  into.write(name, offset, 'latin1');
  octal(into, offset + 100, 7, entry.mode);
  octal(into, offset + 108, 7, fits(entry.uid, largestId));
  octal(into, offset + 116, 7, fits(entry.gid, largestId));
  octal(into, offset + 124, 11, fits(size, largestNumber));
  octal(into, offset + 136, 11, fits(entry.mtime, largestNumber));
  into.write(flag, offset + 156, 'latin1');
  if (entry.linkName !== undefined) into.write(truncated(entry.linkName), offset + 157, 'latin1');
  into.write('ustar\x0000', offset + 257, 'latin1');
  if (flag !== 'x') {
    octal(into, offset + 329, 7, entry.deviceMajor ?? 0);
    octal(into, offset + 337, 7, entry.deviceMinor ?? 0);
  }
  if (prefix !== '') into.write(prefix, offset + 345, 'latin1');
  writeChecksum(into, offset);
}

/** What the PAX records say in full stands as 0 in the header. */
function fits(value: number, largest: number): number {
  return value < 0 || value > largest ? 0 : value;
}

function octal(into: Buffer, offset: number, digits: number, value: number): void {
  let rest = value;
  for (let at = offset + digits - 1; at >= offset; at -= 1) {
    into[at] = 0x30 + (rest % 8);
    rest = Math.floor(rest / 8);
  }
}

/** The sum of the header's bytes with the checksum field read as eight spaces. */
function writeChecksum(into: Buffer, offset: number): void {
  let sum = 8 * 0x20;
  for (let at = offset; at < offset + blockSize; at += 1) sum += into[at] ?? 0;
  octal(into, offset + 148, 6, sum);
  into[offset + 155] = 0x20;
}
