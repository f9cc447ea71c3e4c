// The files of an archive that is a folder; links are not followed, since the folder may be hostile.

import { closeSync, fstatSync, realpathSync } from 'node:fs';
import { invalid } from './files.ts';
import { openRegular } from './folder.ts';
import { type ArchiveReader, rangeStream, readRange } from './reader.ts';

/** Opens the folder at `path`. */
export function readFolder(path: string): ArchiveReader {
  const root = realpathSync(path);
  const need = (name: string): number => {
    const fd = openRegular(root, name);
    if (fd === undefined) throw invalid(`"${name}" is missing, or not a regular file`);
    return fd;
  };
  return {
    size(name) {
      const fd = openRegular(root, name);
      return fd === undefined ? undefined : closing(fd, sizeOf);
    },
    read: (name) => closing(need(name), (fd) => readRange(fd, { offset: 0, size: sizeOf(fd) }, name)),
    open(name, start = 0) {
      const fd = need(name);
      return rangeStream(fd, { offset: start, size: sizeOf(fd) - start });
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function sizeOf(fd: number): number {
  return fstatSync(fd).size;
}

function closing<T>(fd: number, use: (fd: number) => T): T {
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
