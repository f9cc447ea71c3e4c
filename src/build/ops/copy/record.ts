// One record of a manifest as bytes.
//
// Position of the source in the instruction (2), type (1), mode (2), uid (4), gid (4), size (8), digest (32), length of the path (2), of
// the text (2), path, text. The text is a link's target, a device's number, or the digest of extended attributes.

import { type FileTable, type FileType, fileTypes } from './file-table.ts';

const fixedSize = 57;
const slash = 0x2f;

/** A chunk of a manifest has this size, and room for its largest record. */
export const chunkSize = 256 << 10;

/** One record of a manifest. */
export interface ManifestEntry {
  /** The source's path as selected, latin1 bytes. */
  readonly path: string;
  readonly type: FileType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly digest: Buffer;
  readonly text: string;
}

/** What a record says beside the columns of its row. */
export interface RecordNames {
  readonly source: number;
  readonly path: string;
  readonly text: string;
}

/** How many bytes the record takes. */
export function recordSize({ path, text }: RecordNames): number {
  return fixedSize + path.length + text.length;
}

/** Writes the record of `row` at `at`. A selected directory gives only what it holds: its own mode and owner are nothing to the result. */
export function writeRecord(
  bytes: Buffer,
  at: number,
  table: FileTable,
  row: number,
  { source, path, text }: RecordNames,
): void {
  const type = table.type(row);
  const contentsOnly = type === 'directory' && table.parent(row) < 0;
  bytes.writeUInt16LE(source, at);
  bytes[at + 2] = fileTypes.indexOf(type);
  bytes.writeUInt16LE(contentsOnly ? 0 : table.mode(row), at + 3);
  bytes.writeUInt32LE(contentsOnly ? 0 : table.uid(row), at + 5);
  bytes.writeUInt32LE(contentsOnly ? 0 : table.gid(row), at + 9);
  bytes.writeDoubleLE(table.size(row), at + 13);
  table.copyDigest(row, bytes, at + 21);
  bytes.writeUInt16LE(path.length, at + 53);
  bytes.writeUInt16LE(text.length, at + 55);
  bytes.write(path, at + fixedSize, 'latin1');
  bytes.write(text, at + fixedSize + path.length, 'latin1');
}

/** Where the record that begins at `at` ends; undefined when it is not whole. */
export function recordEnd(bytes: Buffer, at: number): number | undefined {
  if (at + fixedSize > bytes.length) return undefined;
  const end = at + fixedSize + bytes.readUInt16LE(at + 53) + bytes.readUInt16LE(at + 55);
  return end <= bytes.length ? end : undefined;
}

/** Passes over the records of a manifest, one after the other; what is asked of it is asked of the one it stands at. */
export class RecordCursor {
  readonly #chunks: Iterator<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  #end = 0;

  constructor(chunks: Iterable<Buffer>) {
    this.#chunks = chunks[Symbol.iterator]();
  }

  /** Goes to the next record; false when there is none. */
  next(): boolean {
    if (this.#end >= this.#bytes.length) {
      const { done, value } = this.#chunks.next();
      if (done || value === undefined) return false;
      this.#bytes = value;
      this.#end = 0;
    }
    this.#at = this.#end;
    this.#end = recordEnd(this.#bytes, this.#at) ?? this.#bytes.length;
    return true;
  }

  entry(): ManifestEntry {
    const [bytes, at] = [this.#bytes, this.#at];
    return {
      type: fileTypes[bytes[at + 2] ?? 0] ?? 'file',
      mode: bytes.readUInt16LE(at + 3),
      uid: bytes.readUInt32LE(at + 5),
      gid: bytes.readUInt32LE(at + 9),
      size: bytes.readDoubleLE(at + 13),
      digest: Buffer.from(bytes.subarray(at + 21, at + 53)),
      path: bytes.toString('latin1', at + fixedSize, this.#textStart()),
      text: bytes.toString('latin1', this.#textStart(), this.#end),
    };
  }

  /** Whether the records are the same, byte for byte. */
  equals(other: RecordCursor): boolean {
    return this.#bytes.compare(other.#bytes, other.#at, other.#end, this.#at, this.#end) === 0;
  }

  /** Negative when this record comes first, 0 for the same path: by sources, then by components, as directories are walked. */
  order(other: RecordCursor): number {
    const sources = this.#bytes.readUInt16LE(this.#at) - other.#bytes.readUInt16LE(other.#at);
    if (sources !== 0) return sources;
    const [mine, theirs] = [this.#textStart() - this.#at, other.#textStart() - other.#at];
    for (let at = fixedSize; at < mine && at < theirs; at++) {
      const [a = 0, b = 0] = [this.#bytes[this.#at + at], other.#bytes[other.#at + at]];
      if (a !== b) return (a === slash ? 0 : a) - (b === slash ? 0 : b);
    }
    return mine - theirs;
  }

  #textStart(): number {
    return this.#at + fixedSize + this.#bytes.readUInt16LE(this.#at + 53);
  }
}
