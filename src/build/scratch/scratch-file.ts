// A file without a name, for what would take too much memory: it is gone with the process, however that ends.

import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes put aside in `folder`, which is made when missing; nothing is made before the first are. */
export class ScratchFile implements Disposable {
  readonly #folder: string;
  #fd: number | undefined;
  #end = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A place for `size` bytes that {@link ScratchFile.write} fills. */
  reserve(size: number): number {
    const position = this.#end;
    this.#end += size;
    return position;
  }

  write(position: number, bytes: Uint8Array): void {
    this.#fd ??= openNameless(this.#folder);
    for (let at = 0; at < bytes.length; )
      at += writeSync(this.#fd, bytes, at, bytes.length - at, position + at);
  }

  /** Fills `bytes` from `position` on with what was written there. */
  read(position: number, bytes: Uint8Array): void {
    if (this.#fd === undefined) throw new Error('Nothing was written to the scratch file');
    for (let at = 0; at < bytes.length; ) {
      const count = readSync(this.#fd, bytes, at, bytes.length - at, position + at);
      if (count === 0) throw new Error('The scratch file is shorter than what was written to it');
      at += count;
    }
  }

  [Symbol.dispose](): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }
}

function openNameless(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `.scratch-${randomBytes(12).toString('hex')}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}
