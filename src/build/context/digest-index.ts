// Remembers SHA-256 digests of files between builds, one compact file a context, as git's index does: read at once, replaced at once.

import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DigestIndex, FileIdentity } from './types.ts';

// A record is 64 bytes: device, inode and size (16), mtime and ctime (16), digest (32).
const recordSize = 64;
const recordWords = recordSize / 4;
const recordFloats = recordSize / 8;
const magic = Buffer.from('CSN-DIG1');
const headerSize = recordSize;
/** A file changed so shortly before it was read could change again without its times telling. */
const racy = 20;
/** So many records of files not asked for are kept: they may belong to other copies of the same context. */
const keptStrangers = 100_000;

/** Indexes in use in this process, so that copies prepared at the same time add to one. */
const open = new Map<string, { readonly table: RecordTable; users: number; changed: boolean }>();

/** Opens the index at `file`; a missing, short or foreign file is an empty index. Disposing it writes what was added. */
export function openDigestIndex(file: string): DigestIndex {
  const shared = open.get(file) ?? { table: new RecordTable(readRecords(file)), users: 0, changed: false };
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
      if (shared.changed) writeRecords(file, shared.table.wanted());
    },
  };
}

/** Records in one growing buffer with an open-addressed hash table beside it: no object a file. */
class RecordTable {
  #bytes: Buffer;
  #words: Uint32Array;
  #times: Float64Array;
  #count: number;
  #slots: Int32Array;
  #used: Uint8Array;

  constructor(records: Buffer) {
    this.#count = records.length / recordSize;
    this.#bytes = records;
    this.#words = wordsOf(records);
    this.#times = floatsOf(records);
    this.#used = new Uint8Array(this.#count);
    this.#slots = new Int32Array(0);
    this.#rehash();
  }

  find(identity: FileIdentity): Uint8Array | undefined {
    const slot = this.#slotOf(identity);
    const record = (this.#slots[slot] ?? 0) - 1;
    if (record < 0) return undefined;
    this.#used[record] = 1;
    const at = record * recordSize + 32;
    return this.#bytes.subarray(at, at + 32);
  }

  add(identity: FileIdentity, digest: Uint8Array): void {
    if ((this.#count + 1) * recordSize > this.#bytes.length) this.#grow();
    const slot = this.#slotOf(identity);
    const record = this.#count++;
    const words = record * recordWords;
    this.#words[words] = identity.device;
    this.#words[words + 1] = identity.inode % 2 ** 32;
    this.#words[words + 2] =
      Math.floor(identity.inode / 2 ** 32) * 65536 + Math.floor(identity.size / 2 ** 32);
    this.#words[words + 3] = identity.size % 2 ** 32;
    this.#times[record * recordFloats + 2] = identity.mtime;
    this.#times[record * recordFloats + 3] = identity.ctime;
    this.#bytes.set(digest, record * recordSize + 32);
    this.#used[record] = 1;
    this.#slots[slot] = record + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
  }

  /** The records worth writing: those asked for, and others while they are few. */
  wanted(): Buffer {
    const all = this.#bytes.subarray(0, this.#count * recordSize);
    const strangers = this.#used.subarray(0, this.#count).reduce((sum, used) => sum + 1 - used, 0);
    if (strangers <= keptStrangers) return all;
    const kept: Buffer[] = [];
    for (let record = 0; record < this.#count; record++)
      if (this.#used[record]) kept.push(all.subarray(record * recordSize, (record + 1) * recordSize));
    return Buffer.concat(kept);
  }

  #slotOf(identity: FileIdentity): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(identity.inode, identity.mtime) & mask; ; slot = (slot + 1) & mask) {
      const record = (this.#slots[slot] ?? 0) - 1;
      if (record < 0 || this.#is(record, identity)) return slot;
    }
  }

  #is(record: number, identity: FileIdentity): boolean {
    const words = record * recordWords;
    return (
      this.#inode(record) === identity.inode &&
      this.#times[record * recordFloats + 2] === identity.mtime &&
      this.#times[record * recordFloats + 3] === identity.ctime &&
      this.#words[words] === identity.device &&
      ((this.#words[words + 2] ?? 0) % 65536) * 2 ** 32 + (this.#words[words + 3] ?? 0) === identity.size
    );
  }

  #inode(record: number): number {
    const words = record * recordWords;
    return Math.floor((this.#words[words + 2] ?? 0) / 65536) * 2 ** 32 + (this.#words[words + 1] ?? 0);
  }

  #grow(): void {
    const grown = Buffer.alloc(
      Math.max(1024 * recordSize, this.#bytes.length * 1.5 - ((this.#bytes.length * 1.5) % recordSize)),
    );
    this.#bytes.copy(grown);
    this.#bytes = grown;
    this.#words = wordsOf(grown);
    this.#times = floatsOf(grown);
    const used = new Uint8Array(grown.length / recordSize);
    used.set(this.#used);
    this.#used = used;
  }

  #rehash(): void {
    const size = 2 ** Math.ceil(Math.log2(Math.max(1024, this.#count * 3)));
    this.#slots = new Int32Array(size);
    for (let record = 0; record < this.#count; record++) {
      let slot = hashOf(this.#inode(record), this.#times[record * recordFloats + 2] ?? 0) & (size - 1);
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (size - 1);
      this.#slots[slot] = record + 1;
    }
  }
}

function hashOf(inode: number, mtime: number): number {
  const mixed = Math.imul(inode ^ Math.floor(mtime), 0x9e3779b1) ^ Math.imul(mtime % 2 ** 31, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

function floatsOf(bytes: Buffer): Float64Array {
  return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
}

function readRecords(file: string): Buffer {
  try {
    const bytes = readFileSync(file);
    const whole = bytes.length >= headerSize && bytes.length % recordSize === 0;
    if (!whole || !bytes.subarray(0, magic.length).equals(magic)) return Buffer.alloc(0);
    // Copied into a buffer of its own where the file's did not come aligned for 8-byte numbers.
    return bytes.byteOffset % 8 === 0
      ? bytes.subarray(headerSize)
      : Buffer.from(new Uint8Array(bytes).buffer, headerSize);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Written aside and renamed: a reader sees the old or the new index, whole; of two writers the last wins, which costs only time. */
function writeRecords(file: string, records: Buffer): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const header = Buffer.alloc(headerSize);
  magic.copy(header);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, header, { mode: 0o600 });
    appendFileSync(temporary, records);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
