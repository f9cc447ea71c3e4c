// Reads one tar header block: ustar, GNU and the old V7 form, with nothing taken on trust.

import { blockSize, type TarEntry } from './entry.ts';

/** The fields of a header block as written; names are latin1 byte strings. */
export interface RawHeader extends Required<Omit<TarEntry, 'type' | 'nanoseconds' | 'xattrs'>> {
  readonly flag: string;
}

/** Whether a block is all zeros, as the two that end an archive are. */
export function isEmptyBlock(block: Buffer): boolean {
  return block.equals(emptyBlock);
}

/** Parses a block; a string says what is wrong with it. */
export function parseHeader(block: Buffer): RawHeader | string {
  if (!checksumHolds(block)) return 'a header has a wrong checksum';
  const magic = block.toString('latin1', 257, 265);
  const posix = magic.startsWith('ustar\0');
  const modern = posix || magic === 'ustar  \0';
  const name = text(block, 0, 100);
  const prefix = posix ? text(block, 345, 155) : '';
  const header = {
    flag: String.fromCharCode(block[156] ?? 0),
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: number(block, 100, 8),
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size: number(block, 124, 12),
    mtime: number(block, 136, 12),
    linkName: text(block, 157, 100),
    deviceMajor: modern ? number(block, 329, 8) : 0,
    deviceMinor: modern ? number(block, 337, 8) : 0,
  };
  const bad = numbers.find((field) => Number.isNaN(header[field]));
  return bad ? `a header's ${bad} is not a number` : header;
}

/** Whether `bytes` begin with the header of an entry: then they are a tar. */
export function startsTar(bytes: Buffer): boolean {
  const block = bytes.subarray(0, blockSize);
  return block.length === blockSize && !isEmptyBlock(block) && typeof parseHeader(block) !== 'string';
}

/** A number field: octal digits, or GNU's base-256 form; NaN when it is neither. */
function number(block: Buffer, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  if (first & 0x80) return binaryNumber(block.subarray(offset, offset + length));
  let at = offset;
  const end = offset + length;
  while (at < end && isBlank(block[at])) at += 1;
  let value = 0;
  for (; at < end && !isBlank(block[at]); at += 1) {
    const digit = (block[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return Number.NaN;
    value = value * 8 + digit;
  }
  return value;
}

/** Fields start and end with spaces or NULs, as the writer liked. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0;
}

const numbers = ['mode', 'uid', 'gid', 'size', 'mtime', 'deviceMajor', 'deviceMinor'] as const;

const emptyBlock = Buffer.alloc(blockSize);

/** Two's complement, big endian, the top bit of the first byte being the mark of the form. */
function binaryNumber(bytes: Buffer): number {
  const negative = ((bytes[0] ?? 0) & 0x40) !== 0;
  let value = BigInt((bytes[0] ?? 0) & 0x7f);
  for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte);
  if (negative) value -= 1n << BigInt(8 * bytes.length - 1);
  const result = Number(value);
  return Number.isSafeInteger(result) ? result : Number.NaN;
}

function text(block: Buffer, offset: number, length: number): string {
  const end = block.indexOf(0, offset);
  return block.toString('latin1', offset, end < 0 || end > offset + length ? offset + length : end);
}

/** Old writers summed signed bytes: either sum will do. */
function checksumHolds(block: Buffer): boolean {
  let unsigned = 8 * 0x20;
  let high = 0;
  for (let at = 0; at < blockSize; at += 1) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    high += byte >> 7;
  }
  const stored = number(block, 148, 8);
  return stored === unsigned || stored === unsigned - 256 * high;
}
