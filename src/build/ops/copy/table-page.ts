// A page of a file table: so many rows in columns, and their texts, which can be put aside and taken back as a whole.

import type { Page, ScratchFile } from '../../scratch/index.ts';

/** Rows of one page. */
export const pageRows = 2048;

/** The texts of a row, latin1 bytes. */
export interface RowTexts {
  readonly name: string;
  /** A link's target, or what all names of one file have in common. */
  readonly text: string;
  /** Where the entry is on this machine, if that does not follow from its directory's place. */
  readonly source: string;
}

/** Where a page was put aside. */
export interface PagePlace {
  readonly position: number;
  /** Bytes of texts it has, and has room for. */
  readonly texts: number;
  readonly room: number;
}

const digestSize = 32;

/** Columns of {@link pageRows} rows, which are counted from the page's first. */
export class TablePage implements Page<PagePlace> {
  readonly columns = makeColumns();
  #texts = Buffer.allocUnsafeSlow(16 << 10);
  #end = 0;
  /** Whether it holds what was not put aside. */
  changed = false;

  /** Begins anew, without rows. */
  clear(): void {
    this.#end = 0;
    this.changed = true;
  }

  /** Forgets the rows from `row` on. */
  truncate(row: number): void {
    const { starts } = this.columns;
    this.#end = starts[row] ?? this.#end;
    this.changed = true;
  }

  setTexts(row: number, { name, text, source }: RowTexts): void {
    const { starts, names, texts, sources } = this.columns;
    this.#reserve(name.length + text.length + source.length);
    starts[row] = this.#end;
    names[row] = this.#append(name);
    texts[row] = text === '' ? 0 : this.#append(text);
    sources[row] = source === '' ? 0 : this.#append(source);
  }

  name(row: number): string {
    const { starts, names } = this.columns;
    const start = starts[row] ?? 0;
    return this.#texts.toString('latin1', start, start + (names[row] ?? 0));
  }

  hasText(row: number): boolean {
    return this.columns.texts[row] !== 0;
  }

  text(row: number): string {
    const { starts, names, texts } = this.columns;
    const start = (starts[row] ?? 0) + (names[row] ?? 0);
    return this.#texts.toString('latin1', start, start + (texts[row] ?? 0));
  }

  source(row: number): string {
    const { starts, names, texts, sources } = this.columns;
    if (sources[row] === 0) return '';
    const start = (starts[row] ?? 0) + (names[row] ?? 0) + (texts[row] ?? 0);
    return this.#texts.toString('latin1', start, start + (sources[row] ?? 0));
  }

  /** Puts the page aside: where it was before, if it still has room there. */
  save(file: ScratchFile, before: PagePlace | undefined): PagePlace {
    if (before && !this.changed) return before;
    const { bytes } = this.columns;
    const texts = this.#end;
    const place =
      before && texts <= before.room
        ? { ...before, texts }
        : { position: file.reserve(bytes.length + texts), texts, room: texts };
    file.write(place.position, bytes);
    file.write(place.position + bytes.length, this.#texts.subarray(0, texts));
    this.changed = false;
    return place;
  }

  /** Takes back a page that was put aside. */
  load(file: ScratchFile, { position, texts }: PagePlace): void {
    const { bytes } = this.columns;
    this.#end = 0;
    this.#reserve(texts);
    file.read(position, bytes);
    file.read(position + bytes.length, this.#texts.subarray(0, texts));
    this.#end = texts;
    this.changed = false;
  }

  #append(text: string): number {
    this.#end += this.#texts.write(text, this.#end, 'latin1');
    return text.length;
  }

  #reserve(size: number): void {
    if (this.#end + size <= this.#texts.length) return;
    const texts = Buffer.allocUnsafeSlow(Math.max(this.#texts.length * 2, this.#end + size));
    this.#texts.copy(texts, 0, 0, this.#end);
    this.#texts = texts;
  }
}

/** All columns in one piece of memory, wide ones first, so that each is aligned. */
function makeColumns() {
  const bytes = Buffer.from(new ArrayBuffer(pageRows * 74));
  const column = <T>(
    kind: new (buffer: ArrayBufferLike, start: number, length: number) => T,
    at: number,
    width = 1,
  ): T => new kind(bytes.buffer, at * pageRows, width * pageRows);
  return {
    bytes,
    mtimes: column(Float64Array, 0),
    sizes: column(Float64Array, 8),
    digests: bytes.subarray(16 * pageRows, (16 + digestSize) * pageRows),
    parents: column(Int32Array, 48),
    uids: column(Uint32Array, 52),
    gids: column(Uint32Array, 56),
    /** Where the texts of a row begin, and the length of each. */
    starts: column(Uint32Array, 60),
    names: column(Uint16Array, 64),
    texts: column(Uint16Array, 66),
    sources: column(Uint16Array, 68),
    modes: column(Uint16Array, 70),
    types: column(Uint8Array, 72),
    /** 1 where the digest is still to be taken. */
    unhashed: column(Uint8Array, 73),
  };
}
