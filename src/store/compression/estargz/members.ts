// Cuts a tar into the parts that become gzip members of an eStargz layer: one begins at every chunk of a file's content, and
// holds the headers that follow. Lists the table of contents meanwhile.

import { createHash, type Hash } from 'node:crypto';
import { CaissonError } from '../../../core/index.ts';
import { type TarEntry, TarReader } from '../../../oci/index.ts';
import { type TocEntry, tocEntry, tocName } from './toc.ts';

/** Parts that are compressed together; `starts` are the table's entries whose content begins a part, by part. */
export interface Batch {
  readonly bytes: Buffer;
  readonly parts: readonly number[];
  readonly starts: readonly (TocEntry | undefined)[];
}

/** As the format's reference writer has it. */
const chunkSize = 4 << 20;
const batchSize = 1 << 20;

/** Takes a tar in chunks and gives it back in batches of parts. */
export class MemberCutter {
  readonly entries: TocEntry[] = [];
  readonly #reader: TarReader;
  #chunk: Buffer = Buffer.alloc(0);
  /** How much of the chunk is in a part. */
  #taken = 0;
  #pieces: Buffer[] = [];
  #parts: number[] = [];
  #starts: (TocEntry | undefined)[] = [];
  #file: OpenFile | undefined;

  constructor() {
    this.#reader = new TarReader({
      entry: (entry) => this.#entry(entry),
      data: (bytes) => this.#data(bytes),
      end: () => this.#end(),
    });
  }

  /** Reads on; gives the batch that is full, if one is. Throws `TAR_INVALID`, `LAYER_UNFIT`. */
  push(chunk: Buffer): Batch | undefined {
    this.#chunk = chunk;
    this.#taken = 0;
    this.#reader.push(chunk);
    this.#takeHeaders(chunk.length);
    const size = this.#parts.reduce((sum, length) => sum + length, 0);
    return size >= batchSize ? this.#batch(this.#parts.length - 1) : undefined;
  }

  /** What is left at the end. */
  finish(): Batch | undefined {
    this.#reader.finish();
    return this.#batch(this.#parts.length);
  }

  #entry(entry: TarEntry): void {
    if (entry.name === tocName)
      throw new CaissonError('LAYER_UNFIT', `A layer with a file "${tocName}" cannot be written as estargz`, {
        hint: 'Remove the file, or choose the compression gzip or zstd.',
      });
    const listed = tocEntry(entry);
    this.entries.push(listed);
    if (entry.size > 0)
      this.#file = { listed, chunk: listed, size: entry.size, written: 0, hash: createHash('sha256') };
  }

  #data(bytes: Buffer): void {
    this.#takeHeaders(bytes.byteOffset - this.#chunk.byteOffset);
    const file = this.#file;
    for (let rest = bytes; file !== undefined && rest.length > 0; ) {
      if (file.written % chunkSize === 0) this.#startChunk(file);
      const piece = rest.subarray(0, chunkSize - (file.written % chunkSize));
      file.hash.update(piece);
      file.chunkHash?.update(piece);
      file.written += piece.length;
      this.#take(this.#taken + piece.length);
      rest = rest.subarray(piece.length);
    }
  }

  #startChunk(file: OpenFile): void {
    endChunk(file);
    const left = file.size - file.written;
    const size = left > chunkSize ? { chunkSize } : {};
    if (file.written === 0) file.chunk = Object.assign(file.listed, size);
    else {
      file.chunk = { name: file.listed.name, type: 'chunk', chunkOffset: file.written, ...size };
      this.entries.push(file.chunk);
    }
    if (file.size > chunkSize) file.chunkHash = createHash('sha256');
    this.#startPart(file.chunk);
  }

  #end(): void {
    const file = this.#file;
    if (file === undefined) return;
    file.listed.digest = `sha256:${file.hash.digest('hex')}`;
    if (file.size > chunkSize) endChunk(file);
    else file.listed.chunkDigest = file.listed.digest;
    this.#file = undefined;
  }

  /** Adds what stands before `end` and is no content; headers alone are cut, too: a layer may have a million empty files. */
  #takeHeaders(end: number): void {
    while (this.#taken < end) {
      const last = this.#parts.at(-1) ?? chunkSize;
      if (last >= chunkSize) this.#startPart(undefined);
      this.#take(Math.min(end, this.#taken + (last >= chunkSize ? chunkSize : chunkSize - last)));
    }
  }

  #startPart(start: TocEntry | undefined): void {
    this.#parts.push(0);
    this.#starts.push(start);
  }

  /** Adds what of the chunk stands before `end` to the last part. */
  #take(end: number): void {
    this.#pieces.push(this.#chunk.subarray(this.#taken, end));
    this.#parts[this.#parts.length - 1] = (this.#parts.at(-1) ?? 0) + end - this.#taken;
    this.#taken = end;
  }

  /** The first `count` parts; the others, the last of which may still grow, stay. */
  #batch(count: number): Batch | undefined {
    if (count <= 0) return undefined;
    const all = Buffer.concat(this.#pieces);
    const parts = this.#parts.splice(0, count);
    const size = parts.reduce((sum, length) => sum + length, 0);
    this.#pieces = all.length > size ? [all.subarray(size)] : [];
    const bytes = Buffer.allocUnsafeSlow(size);
    all.copy(bytes, 0, 0, size);
    return { bytes, parts, starts: this.#starts.splice(0, count) };
  }
}

interface OpenFile {
  readonly listed: TocEntry;
  chunk: TocEntry;
  readonly size: number;
  written: number;
  readonly hash: Hash;
  chunkHash?: Hash;
}

function endChunk({ chunk, chunkHash }: OpenFile): void {
  if (chunkHash && chunk.chunkDigest === undefined) chunk.chunkDigest = `sha256:${chunkHash.digest('hex')}`;
}
