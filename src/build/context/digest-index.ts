// Remembers SHA-256 digests of files between builds, one compact file a context, as git's index does: read at once, replaced at once.

import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { recordSize } from './digest-page.ts';
import { DigestTable } from './digest-table.ts';
import type { DigestIndex } from './types.ts';

const magic = Buffer.from('CSN-DIG1');
const headerSize = recordSize;
/** A file changed so shortly before it was read could change again without its times telling. */
const racy = 20;
/** So many records of files not asked for are kept: they may belong to other copies of the same context. */
const keptStrangers = 100_000;

/** Indexes in use in this process, so that copies prepared at the same time add to one. */
const open = new Map<string, { readonly table: DigestTable; users: number; changed: boolean }>();

/** Opens the index at `file`; a missing, short or foreign file is an empty index. Disposing it writes what was added. */
export function openDigestIndex(file: string): DigestIndex {
  const shared = open.get(file) ?? { table: readRecords(file), users: 0, changed: false };
  open.set(file, shared);
  shared.users += 1;
  return {
    find: (identity) => shared.table.find(identity),
    add(identity, digest) {
      if (Date.now() - Math.max(identity.mtime, identity.ctime) < racy) return;
      shared.table.add(identity, digest);
      shared.changed = true;
    },
    [Symbol.dispose]() {
      shared.users -= 1;
      if (shared.users > 0) return;
      open.delete(file);
      using table = shared.table;
      if (shared.changed) writeRecords(file, table);
    },
  };
}

function readRecords(file: string): DigestTable {
  const fd = openRecords(file);
  try {
    return new DigestTable(dirname(file), (page, number) =>
      fd === undefined ? 0 : readPage(fd, page, headerSize + number * page.length),
    );
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function openRecords(file: string): number | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    const header = Buffer.alloc(headerSize);
    const whole =
      readSync(fd, header, 0, headerSize, 0) === headerSize && fstatSync(fd).size % recordSize === 0;
    if (whole && header.subarray(0, magic.length).equals(magic)) return fd;
  } catch {
    // One that cannot be read is an empty index.
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}

/** Fills `page` as far as the file goes; the number of whole records. */
function readPage(fd: number, page: Buffer, position: number): number {
  let filled = 0;
  while (filled < page.length) {
    const count = readSync(fd, page, filled, page.length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return Math.floor(filled / recordSize);
}

/** Written aside and renamed: a reader sees the old or the new index, whole; of two writers the last wins, which costs only time. */
function writeRecords(file: string, table: DigestTable): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const header = Buffer.alloc(headerSize);
  magic.copy(header);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const fd = openSync(temporary, 'w', 0o600);
    try {
      writeAll(fd, header);
      for (const bytes of wanted(table)) writeAll(fd, bytes);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The records worth writing: those asked for, and others while they are few. */
function* wanted(table: DigestTable): Generator<Buffer> {
  const all = table.count - table.used <= keptStrangers;
  let record = 0;
  for (const block of table.blocks()) {
    if (all) yield block;
    else
      for (let at = 0; at < block.length; at += recordSize)
        if (table.isUsed(record++)) yield block.subarray(at, at + recordSize);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at, bytes.length - at);
}
