// ADD's local archives: told by their content, and read.

import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { CaissonError, isCaissonError, messageOf } from '../../../core/index.ts';
import { blockSize, fromBytePath, fsPath, startsTar } from '../../../oci/index.ts';
import { decompressed } from '../../../store/index.ts';
import type { PreparedCopy } from './types.ts';

/** The first rows of those selections that are to be unpacked: tar archives, compressed or not. Throws `PROGRAM_NOT_FOUND`. */
export async function findArchives({ vertex, files }: PreparedCopy): Promise<ReadonlySet<number>> {
  const { table, selections } = files;
  const found = new Set<number>();
  for (const { start, place } of selections) {
    const unpack = vertex.fetched?.find((source) => source.place === place)?.unpack ?? vertex.unpack;
    const isFile = unpack && table.type(start) === 'file' && table.source(start) !== '';
    if (isFile && (await isArchive(table.source(start)))) found.add(start);
  }
  return found;
}

/** The uncompressed bytes of the archive at `path`. Throws `ARCHIVE_INVALID`, `PROGRAM_NOT_FOUND`. */
export function archiveContent(path: string, end = Number.POSITIVE_INFINITY): AsyncIterable<Buffer> {
  const file = createReadStream(fsPath(path), { highWaterMark: 1 << 20, end });
  return decompressed(file, (cause) => invalidArchive(path, cause));
}

/** The error for an archive that cannot be unpacked. */
export function invalidArchive(path: string, cause: unknown): CaissonError {
  const tooLarge = isCaissonError(cause, 'ARCHIVE_TOO_LARGE');
  return new CaissonError(
    tooLarge ? cause.code : 'ARCHIVE_INVALID',
    `Cannot unpack "${fromBytePath(path)}": ${messageOf(cause)}`,
    {
      hint:
        (tooLarge && cause.hint) || 'Check that the archive is whole, or use COPY to bring it in as it is.',
      cause,
    },
  );
}

/** As Docker tells: what decompresses to something that starts with a tar header. */
async function isArchive(path: string): Promise<boolean> {
  let head: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of archiveContent(path, headEnd(path))) {
      head = Buffer.concat([head, chunk.subarray(0, blockSize)]);
      if (head.length >= blockSize) break;
    }
  } catch (error) {
    if (isCaissonError(error, 'PROGRAM_NOT_FOUND')) throw error;
  }
  return startsTar(head);
}

/** The trailer of gzip is left out: an archive with a wrong checksum is to be refused, not taken for something else. */
function headEnd(path: string): number | undefined {
  const fd = openSync(fsPath(path), 'r');
  try {
    const magic = Buffer.alloc(2);
    readSync(fd, magic);
    return magic.equals(gzipMagic) ? Math.max(0, fstatSync(fd).size - gzipTrailer - 1) : undefined;
  } finally {
    closeSync(fd);
  }
}

const gzipMagic = Buffer.of(0x1f, 0x8b);
const gzipTrailer = 8;
