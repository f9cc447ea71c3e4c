// What reading an archive where it lies offers, whatever holds its files: a folder, or a tar.

import { closeSync, createReadStream, readSync } from 'node:fs';
import { Readable } from 'node:stream';
import { invalid, jsonLimit } from './files.ts';

/** The regular files of an archive. Names are relative, `/` separated, without `.` and `..`. */
export interface ArchiveReader extends AsyncDisposable {
  /** Bytes of a file, undefined where there is none. */
  size(name: string): number | undefined;
  /** Reads a small file. Throws `ARCHIVE_INVALID` when it is missing or larger than 4 MiB. */
  read(name: string): Buffer;
  /** The bytes of a file from `start` (default 0). Throws `ARCHIVE_INVALID` when it is missing. */
  open(name: string, start?: number): Readable;
}

/** Where bytes lie in a file. */
export interface FileRange {
  readonly offset: number;
  readonly size: number;
}

/** The bytes of a range of the file `fd`, which is closed at the end. */
export function rangeStream(fd: number, { offset, size }: FileRange): Readable {
  if (size > 0)
    return createReadStream('', { fd, start: offset, end: offset + size - 1, highWaterMark: 1024 * 1024 });
  closeSync(fd);
  return Readable.from([], { objectMode: false });
}

/** Reads a range of the file `fd`; throws `ARCHIVE_INVALID` for more than a JSON file may have. */
export function readRange(fd: number, { offset, size }: FileRange, name: string): Buffer {
  if (size > jsonLimit) throw invalid(`"${name}" has ${size} bytes, more than ${jsonLimit}`);
  const bytes = Buffer.alloc(size);
  return bytes.subarray(0, readSync(fd, bytes, 0, size, offset));
}
