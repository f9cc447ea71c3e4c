// The content of one file being unpacked; long runs of zeros become holes.

import { ftruncateSync, writeSync } from 'node:fs';

const zeros = Buffer.alloc(1 << 16);

/** Writes to an open, empty file from its start. */
export class FileContent {
  readonly fd: number;
  #position = 0;
  /** Whether the file ends in a hole, so that its length must be set. */
  #endsInHole = false;

  constructor(fd: number) {
    this.fd = fd;
  }

  write(bytes: Buffer): void {
    if (bytes.length < zeros.length) {
      this.#put(bytes);
      return;
    }
    for (let at = 0; at < bytes.length; at += zeros.length) {
      const part = bytes.subarray(at, at + zeros.length);
      if (part.length === zeros.length && part.equals(zeros)) this.#skip(part.length);
      else this.#put(part);
    }
  }

  /** Gives the file its full length. */
  finish(): void {
    if (this.#endsInHole) ftruncateSync(this.fd, this.#position);
  }

  #skip(count: number): void {
    this.#position += count;
    this.#endsInHole = true;
  }

  #put(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.fd, bytes, at, bytes.length - at, this.#position + at);
    this.#position += bytes.length;
    this.#endsInHole = false;
  }
}
