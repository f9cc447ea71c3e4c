// Reading Go's build information out of an ELF file: a blob in the section .go.buildinfo, else at the start of writable data.

import { closeSync, constants, openSync, readSync } from 'node:fs';
import { fsPath } from '../../../oci/index.ts';
import type { TreeEntry } from '../../../store/index.ts';
import { type Elf, fileOffset, readElf } from './elf.ts';

/** What a Go program says of itself. */
export interface BuildInfo {
  /** `go1.24.1`, with what experiments are on. */
  readonly goVersion: string;
  /** Lines of the module text. */
  readonly modules: string;
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
/** Where the linker keeps to without a section of that name. */
const searched = 64 * 1024;
const longest = 16 * 1024 * 1024;
const inlineStrings = 2;

/** The build information; undefined of what is no Go program. Throws where it is damaged. */
export function readBuildInfo({ source, size }: TreeEntry): BuildInfo | undefined {
  const file = openSync(fsPath(source), constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const read = (offset: number, length: number): Buffer => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      return bytes.subarray(0, bytes.length === 0 ? 0 : readSync(file, bytes, { position: offset }));
    };
    if (read(0, 4).toString('latin1') !== '\x7fELF') return undefined;
    const elf = readElf(read);
    const start = elf && findBlob(elf);
    return elf === undefined || start === undefined ? undefined : decode(elf, start);
  } finally {
    closeSync(file);
  }
}

/** The blob is aligned to 16 bytes. */
function findBlob(elf: Elf): number | undefined {
  const place = elf.section('.go.buildinfo') ?? elf.writable;
  if (place === undefined) return undefined;
  const bytes = elf.read(place.offset, Math.min(place.size, searched));
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1))
    if (at % 16 === 0) return place.offset + at;
  return undefined;
}

/** Since Go 1.18 the strings follow the header; before, it pointed to them. */
function decode(elf: Elf, start: number): BuildInfo {
  const header = elf.read(start, 32);
  const flags = header[15] ?? 0;
  const [goVersion, modules] =
    (flags & inlineStrings) !== 0 ? inlined(elf, start + 32) : pointed(elf, header);
  return { goVersion, modules: withoutMarks(modules) };
}

function inlined(elf: Elf, start: number): readonly [string, string] {
  const [version, next] = prefixed(elf, start);
  return [version, prefixed(elf, next)[0]];
}

/** A string behind its length in seven-bit groups, lowest first. */
function prefixed(elf: Elf, start: number): readonly [text: string, next: number] {
  const head = elf.read(start, 10);
  let length = 0;
  let at = 0;
  for (; at < 5; at++) {
    const byte = head[at] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) break;
  }
  if (length > longest) throw new Error('Its Go build information is unreasonably long');
  const from = start + at + 1;
  return [elf.read(from, length).toString('latin1'), from + length];
}

function pointed(elf: Elf, header: Buffer): readonly [string, string] {
  const wide = header[14] === 8;
  const big = ((header[15] ?? 0) & 1) !== 0;
  const number = (bytes: Buffer, at: number): number => {
    if (wide) return Number(big ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
    return big ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
  };
  const step = wide ? 8 : 4;
  const string = (pointer: number): string => {
    const at = fileOffset(elf, pointer);
    if (at === undefined) return '';
    const parts = elf.read(at, 2 * step);
    const [data, length] = [fileOffset(elf, number(parts, 0)), number(parts, step)];
    return data === undefined || length > longest ? '' : elf.read(data, length).toString('latin1');
  };
  return [string(number(header, 16)), string(number(header, 16 + step))];
}

/** The module text stands between marks of 16 bytes. */
function withoutMarks(text: string): string {
  const marked = text.length >= 33 && text.at(-17) === '\n';
  return Buffer.from(marked ? text.slice(16, -16) : '', 'latin1').toString();
}
