// The output of a packing: headers and file contents gathered in one large buffer.

import { readSync } from 'node:fs';
import { blockSize, encodeHeader, type TarEntry, writePlainHeader } from '../../oci/index.ts';

/** Takes a filled chunk; says whether the buffer is free again (`done`) or now belongs to the taker (`taken`). */
export type ChunkSink = (chunk: Buffer) => 'done' | 'taken';

const chunkSize = 1 << 20;

/** Gathers headers and contents into chunks of a megabyte. */
export class TarOutput {
  readonly #sink: ChunkSink;
  #buffer: Buffer = Buffer.allocUnsafeSlow(chunkSize);
  #filled = 0;
  #passed = 0;

  constructor(sink: ChunkSink) {
    this.#sink = sink;
  }

  header(entry: TarEntry): void {
    this.#room(blockSize);
    if (writePlainHeader(this.#buffer, this.#filled, entry)) this.#filled += blockSize;
    else this.bytes(encodeHeader(entry));
  }

  bytes(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      this.#room(1);
      const copied = bytes.copy(this.#buffer, this.#filled, at);
      this.#filled += copied;
      at += copied;
    }
  }

  zeros(count: number): void {
    this.#room(count);
    this.#buffer.fill(0, this.#filled, this.#filled + count);
    this.#filled += count;
  }

  /** Copies `size` bytes of an open file; false when it has fewer. */
  file(file: number, size: number): boolean {
    for (let left = size; left > 0; ) {
      this.#room(1);
      const wanted = Math.min(left, this.#buffer.length - this.#filled);
      const count = readSync(file, this.#buffer, this.#filled, wanted, null);
      if (count === 0) return false;
      this.#filled += count;
      left -= count;
    }
    return true;
  }

  /** Passes on the rest; the number of bytes in all. */
  finish(): number {
    this.#flush();
    return this.#passed;
  }

  #room(count: number): void {
    if (this.#buffer.length - this.#filled < count) this.#flush();
  }

  #flush(): void {
    if (this.#filled === 0) return;
    this.#passed += this.#filled;
    const disposition = this.#sink(this.#buffer.subarray(0, this.#filled));
    if (disposition === 'taken') this.#buffer = Buffer.allocUnsafeSlow(chunkSize);
    this.#filled = 0;
  }
}
