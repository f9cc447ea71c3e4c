// The files of an archive that is a tar: found by its headers, read at their offsets; nothing is unpacked.

import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isCaissonError, messageOf } from '../../core/index.ts';
import { TarReader } from '../../oci/index.ts';
import { compressionOf, magicLength } from '../compression/index.ts';
import { ingestStream } from '../content/ingest.ts';
import { archiveBytes } from './archive-bytes.ts';
import { invalid } from './files.ts';
import { type ArchiveReader, type FileRange, rangeStream, readRange } from './reader.ts';
import { linkedFile, openScan, type TarFiles } from './scan.ts';
import { roomIn, archiveTooLarge as tooLarge } from './staging.ts';

/**
 * Opens the tar at `path`; one that is compressed, or no regular file, is decompressed into the file `temporary` first.
 * Throws `ARCHIVE_INVALID`, `ARCHIVE_UNSAFE`, `ARCHIVE_TOO_LARGE`.
 */
export async function readTar(
  path: string,
  stats: Stats,
  temporary: string,
  signal?: AbortSignal,
): Promise<ArchiveReader> {
  if (stats.isFile() && isPlain(path)) return await openTar(path);
  try {
    await decompressInto(path, temporary, signal);
    return await openTar(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}

function isPlain(path: string): boolean {
  const fd = openSync(path, 'r');
  try {
    return compressionOf(readRange(fd, { offset: 0, size: magicLength }, path)) === 'none';
  } finally {
    closeSync(fd);
  }
}

async function decompressInto(path: string, temporary: string, signal?: AbortSignal): Promise<void> {
  const source = createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal ? { signal } : {}) });
  const limit = await roomIn(dirname(temporary));
  try {
    await ingestStream(archiveBytes(source), temporary, { limit });
  } catch (error) {
    signal?.throwIfAborted();
    throw isCaissonError(error, 'SIZE_MISMATCH') ? tooLarge(path, limit, dirname(temporary)) : error;
  }
}

/** The file may be unlinked afterwards: it is read through the descriptor. */
async function openTar(path: string): Promise<ArchiveReader> {
  const fd = openSync(path, 'r');
  try {
    return readerOf(fd, scan(fd));
  } catch (error) {
    closeSync(fd);
    throw isCaissonError(error) && error.code !== 'TAR_INVALID' ? error : invalid(messageOf(error), error);
  }
}

const blockSize = 512;

function scan(fd: number): TarFiles {
  const { size } = fstatSync(fd);
  if (size === 0) throw invalid('it is empty');
  const { files, receiver, at } = openScan();
  const reader = new TarReader(receiver);
  const block = Buffer.alloc(blockSize);
  for (let offset = 0; offset < size; ) {
    const length = readSync(fd, block, 0, blockSize, offset);
    offset += length;
    at(offset);
    reader.push(block.subarray(0, length));
    offset += reader.skip();
    if (offset > size) throw invalid('it ends in the middle of an entry');
  }
  reader.finish();
  return files;
}

function readerOf(fd: number, files: TarFiles): ArchiveReader {
  const need = (name: string): FileRange => {
    const range = linkedFile(files, name);
    if (!range) throw invalid(`"${name}" is missing`);
    return range;
  };
  return {
    size: (name) => linkedFile(files, name)?.size,
    read: (name) => readRange(fd, need(name), name),
    open(name, start = 0) {
      const { offset, size } = need(name);
      // A descriptor of its own for each stream: the file itself may be unlinked.
      const own = openSync(`/proc/self/fd/${fd}`, 'r');
      return rangeStream(own, { offset: offset + start, size: size - start });
    },
    [Symbol.asyncDispose]: async () => closeSync(fd),
  };
}
