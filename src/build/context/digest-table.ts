// Digest records and a hash table of their numbers: five bytes of memory a file, the records themselves are in pages.

import { PageCache } from '../scratch/index.ts';
import { DigestPage, hashOf, pageRecords } from './digest-page.ts';
import type { FileIdentity } from './types.ts';

/** So many pages are held at once: smaller contexts never need the scratch file. */
const mostPages = 40;
/** A slot is a record's number, from 1 on, below some bits of its hash that spare most looks at the wrong records. */
const numberBits = 25;
const mostRecords = 2 ** numberBits - 2;
const smallest = 1024;

/** Records by number and by the file they are of. Disposing it frees what was put aside. */
export class DigestTable implements Disposable {
  readonly #pages: PageCache<DigestPage, number>;
  #count = 0;
  #slots = new Uint32Array(0);
  /** 1 for records that were asked for. */
  #used = new Uint8Array(smallest);
  #usedCount = 0;

  /** Takes the records that `read` puts into page after page, telling how many. Pages not in use are put aside in `folder`. */
  constructor(folder: string, read: (page: Buffer, number: number) => number) {
    this.#pages = new PageCache(folder, mostPages, () => new DigestPage());
    for (let number = 0; ; number++) {
      const page = this.#pages.at(number);
      const count = Math.min(read(page.bytes, number), mostRecords - this.#count);
      this.#count += count;
      if (count < pageRecords) break;
    }
    this.#rehash();
  }

  get count(): number {
    return this.#count;
  }

  /** How many records were asked for or added. */
  get used(): number {
    return this.#usedCount;
  }

  isUsed(record: number): boolean {
    return this.#used[record] === 1;
  }

  /** The digest in the record of this state of a file; good until another is asked for. */
  find(identity: FileIdentity): Uint8Array | undefined {
    const record = this.#numberAt(this.#slotOf(identity));
    if (record < 0) return undefined;
    this.#use(record);
    return this.#page(record).digest(record % pageRecords);
  }

  /** Adds a record, unless there is one already. */
  add(identity: FileIdentity, digest: Uint8Array): void {
    const slot = this.#slotOf(identity);
    if (this.#numberAt(slot) >= 0 || this.#count >= mostRecords) return;
    const record = this.#count++;
    this.#page(record).set(record % pageRecords, identity, digest);
    this.#use(record);
    this.#slots[slot] = slotFor(record, hashOf(identity.inode, identity.mtime));
    if (this.#count * 3 > this.#slots.length * 2) this.#rehash();
  }

  /** The bytes of whole pages, then of the last records. */
  *blocks(): Generator<Buffer> {
    for (let first = 0; first < this.#count; first += pageRecords) {
      const { bytes } = this.#page(first);
      const share = Math.min(1, (this.#count - first) / pageRecords);
      yield bytes.subarray(0, bytes.length * share);
    }
  }

  [Symbol.dispose](): void {
    this.#pages[Symbol.dispose]();
  }

  #page(record: number): DigestPage {
    return this.#pages.at(Math.floor(record / pageRecords));
  }

  #use(record: number): void {
    if (record >= this.#used.length) {
      const used = new Uint8Array(Math.max(record + 1, this.#used.length * 2));
      used.set(this.#used);
      this.#used = used;
    }
    if (this.#used[record] === 1) return;
    this.#used[record] = 1;
    this.#usedCount += 1;
  }

  /** The record a slot tells, or -1. */
  #numberAt(slot: number): number {
    return ((this.#slots[slot] ?? 0) & mask(numberBits)) - 1;
  }

  /** The slot of the file's record, or the free one where it would go. */
  #slotOf(identity: FileIdentity): number {
    const hash = hashOf(identity.inode, identity.mtime);
    const last = this.#slots.length - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const record = this.#numberAt(slot);
      if (record < 0) return slot;
      const maybe = this.#slots[slot] === slotFor(record, hash);
      if (maybe && this.#page(record).is(record % pageRecords, identity)) return slot;
    }
  }

  #rehash(): void {
    const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(smallest, this.#count * 2))));
    const last = slots.length - 1;
    for (let record = 0; record < this.#count; record++) {
      const hash = this.#page(record).hash(record % pageRecords);
      let slot = hash & last;
      while (slots[slot] !== 0) slot = (slot + 1) & last;
      slots[slot] = slotFor(record, hash);
    }
    this.#slots = slots;
  }
}

function mask(bits: number): number {
  return 2 ** bits - 1;
}

function slotFor(record: number, hash: number): number {
  return ((hash & ~mask(numberBits)) | (record + 1)) >>> 0;
}
