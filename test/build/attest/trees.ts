// Trees with package databases, written as their formats say, apart from what reads them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Scan, scanTree } from '../../../src/build/attest/scanner/index.ts';
import { openView } from '../../../src/store/index.ts';

/** Files by absolute path; programs by `mode`. */
export type Tree = Readonly<Record<string, string | Buffer>>;

/** Scans a tree of these files; those in `/bin` may be run. `change` gets the tree's folder before. */
export async function scanFiles(files: Tree, change?: (folder: string) => void): Promise<Scan> {
  const folder = mkdtempSync('/var/tmp/caisson-scan-');
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content, { mode: path.startsWith('/bin/') ? 0o755 : 0o644 });
    }
    change?.(folder);
    return await scanTree(openView([folder]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Package URLs of what a scan found. */
export function purls({ packages }: Scan): readonly string[] {
  return packages.map(({ purl }) => purl);
}

const goMagic = Buffer.from('\xff Go buildinf:', 'latin1');

/** What the Go linker writes since Go 1.18: a header, then each string behind its length. */
export function inlineGoInfo(version: string, modules: string): Buffer {
  const text = Buffer.from(`${'\x30'.repeat(16)}${modules}${'\xf9'.repeat(16)}`, 'latin1');
  const head = Buffer.concat([goMagic, Buffer.from([8, 2]), Buffer.alloc(16)]);
  return Buffer.concat([head, prefixed(Buffer.from(version)), prefixed(text)]);
}

function prefixed(bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    if (rest <= 0x7f) return Buffer.concat([Buffer.from(length), bytes]);
  }
}

const dataAddress = 0x50_0000;
const dataOffset = 0x1000;

/** What it wrote before: pointers to strings, each of which is an address and a length. */
export function pointedGoInfo(version: string, modules: string): Buffer {
  const texts = [
    Buffer.from(version),
    Buffer.from(`${'\x30'.repeat(16)}${modules}${'\xf9'.repeat(16)}`, 'latin1'),
  ];
  const heads = 64;
  const bytes = Buffer.alloc(heads + 32 + texts.reduce((sum, { length }) => sum + length, 0));
  goMagic.copy(bytes);
  bytes[14] = 8;
  let at = heads + 32;
  for (const [index, text] of texts.entries()) {
    bytes.writeBigUInt64LE(BigInt(dataAddress + heads + index * 16), 16 + index * 8);
    bytes.writeBigUInt64LE(BigInt(dataAddress + at), heads + index * 16);
    bytes.writeBigUInt64LE(BigInt(text.length), heads + index * 16 + 8);
    at += text.copy(bytes, at);
  }
  return bytes;
}

/** A 64-bit ELF file with one writable segment that holds `data`, large enough for a program. */
export function elfProgram(data: Buffer): Buffer {
  const file = Buffer.alloc(dataOffset + Math.max(data.length, 0x1_0000));
  file.write('\x7fELF', 'latin1');
  file.set([2, 1, 1], 4);
  file.writeBigUInt64LE(64n, 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(6, 68);
  file.writeBigUInt64LE(BigInt(dataOffset), 72);
  file.writeBigUInt64LE(BigInt(dataAddress), 80);
  file.writeBigUInt64LE(BigInt(file.length - dataOffset), 96);
  data.copy(file, dataOffset);
  return file;
}

/** An RPM header: counts, index, data, as rpm's database holds it. */
export function rpmHeader(tags: Readonly<Record<number, string>>): Buffer {
  const entries = Object.entries(tags);
  const data = Buffer.from(entries.map(([, text]) => `${text}\0`).join(''));
  const head = Buffer.alloc(8 + entries.length * 16);
  head.writeUInt32BE(entries.length, 0);
  head.writeUInt32BE(data.length, 4);
  let offset = 0;
  for (const [index, [tag, text]] of entries.entries()) {
    const at = 8 + index * 16;
    head.writeUInt32BE(Number(tag), at);
    head.writeUInt32BE(6, at + 4);
    head.writeUInt32BE(offset, at + 8);
    head.writeUInt32BE(1, at + 12);
    offset += Buffer.byteLength(text) + 1;
  }
  return Buffer.concat([head, data]);
}

/** rpm's own database format with these headers in it. */
export function rpmNdb(headers: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096);
  slots.write('RpmP', 'latin1');
  slots.writeUInt32LE(1, 12);
  const blobs: Buffer[] = [];
  let block = 256;
  for (let index = 0; index < 254; index++) {
    const [at, header] = [32 + index * 16, headers[index]];
    slots.write('Slot', at, 'latin1');
    if (header === undefined) continue;
    const size = Math.ceil((header.length + 32) / 16);
    slots.writeUInt32LE(index + 1, at + 4);
    slots.writeUInt32LE(block, at + 8);
    slots.writeUInt32LE(size, at + 12);
    const blob = Buffer.alloc(size * 16);
    blob.write('BlbS', 'latin1');
    blob.writeUInt32LE(index + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    header.copy(blob, 16);
    blobs.push(blob);
    block += size;
  }
  return Buffer.concat([slots, ...blobs]);
}
