// A page of digest records: 64 bytes each, of device, inode and size (16), mtime and ctime (16), digest (32).

import type { Page, ScratchFile } from '../scratch/index.ts';
import type { FileIdentity } from './types.ts';

/** Bytes of a record. */
export const recordSize = 64;
/** Records of a page. */
export const pageRecords = 1024;

const recordWords = recordSize / 4;
const recordFloats = recordSize / 8;

/** Records are counted from the page's first. */
export class DigestPage implements Page<number> {
  readonly bytes = Buffer.from(new ArrayBuffer(pageRecords * recordSize));
  readonly #words = new Uint32Array(this.bytes.buffer);
  readonly #times = new Float64Array(this.bytes.buffer);
  #changed = true;

  clear(): void {
    this.#changed = true;
  }

  save(file: ScratchFile, before: number | undefined): number {
    if (before !== undefined && !this.#changed) return before;
    const position = before ?? file.reserve(this.bytes.length);
    file.write(position, this.bytes);
    return position;
  }

  load(file: ScratchFile, position: number): void {
    file.read(position, this.bytes);
    this.#changed = false;
  }

  set(record: number, { device, inode, size, mtime, ctime }: FileIdentity, digest: Uint8Array): void {
    const words = record * recordWords;
    this.#words[words] = device;
    this.#words[words + 1] = inode % 2 ** 32;
    this.#words[words + 2] = Math.floor(inode / 2 ** 32) * 65536 + Math.floor(size / 2 ** 32);
    this.#words[words + 3] = size % 2 ** 32;
    this.#times[record * recordFloats + 2] = mtime;
    this.#times[record * recordFloats + 3] = ctime;
    this.bytes.set(digest, record * recordSize + 32);
    this.#changed = true;
  }

  is(record: number, { device, inode, size, mtime, ctime }: FileIdentity): boolean {
    const words = record * recordWords;
    return (
      this.#inode(record) === inode &&
      this.#mtime(record) === mtime &&
      this.#times[record * recordFloats + 3] === ctime &&
      this.#words[words] === device &&
      ((this.#words[words + 2] ?? 0) % 65536) * 2 ** 32 + (this.#words[words + 3] ?? 0) === size
    );
  }

  digest(record: number): Buffer {
    return this.bytes.subarray(record * recordSize + 32, (record + 1) * recordSize);
  }

  /** What a record is looked up by. */
  hash(record: number): number {
    return hashOf(this.#inode(record), this.#mtime(record));
  }

  #inode(record: number): number {
    const words = record * recordWords;
    return Math.floor((this.#words[words + 2] ?? 0) / 65536) * 2 ** 32 + (this.#words[words + 1] ?? 0);
  }

  #mtime(record: number): number {
    return this.#times[record * recordFloats + 2] ?? 0;
  }
}

/** 32 bits by which a file is looked up. */
export function hashOf(inode: number, mtime: number): number {
  let mixed = Math.imul(inode ^ Math.floor(mtime), 0x9e3779b1) ^ Math.imul(mtime % 2 ** 31, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 12)) >>> 0;
}
