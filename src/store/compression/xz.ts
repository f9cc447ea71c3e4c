// Decompression of xz data: by a package, which lacks forms that are seldom used; those by the program of the host.
//
// Names are those of the .xz file format, version 1.2.1.

import { peeked } from './peek.ts';
import { filtered } from './program.ts';
import { decodedInThread } from './worker-stream.ts';

/** A stream header and the longest block header. */
const headersLength = 12 + 1024;
/** Check IDs, section 2.1.1.2: none, CRC32, CRC64. */
const readChecks: readonly number[] = [0, 1, 4];
const lzma2 = 0x21;
/** 64 MB, as section 5.3.1 writes sizes. */
const largestDictionary = 28;

/** The bytes of all streams of `source`. Throws `PROGRAM_NOT_FOUND` where a form that only the program reads meets none. */
export async function* xzDecompressed(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  const { head, bytes } = await peeked(source, headersLength);
  yield* isUsual(head) ? decodedInThread('xz', bytes) : filtered(bytes);
}

/** Whether the first block has no filter but LZMA2, with a check and a dictionary that the package takes; so have all that one program wrote. */
function isUsual(head: Buffer): boolean {
  const [check = 0, , , , , headerSize = 0, flags = 0] = head.subarray(7);
  if (!readChecks.includes(check)) return false;
  // An index comes next: there is no block.
  if (headerSize === 0) return true;
  if ((flags & 3) !== 0) return false;
  const filter = head.subarray(14 + sizeFields(head, flags));
  return filter[0] === lzma2 && (filter[2] ?? 0) <= largestDictionary;
}

/** How long the sizes are that may stand before the filter, each in bytes of seven bits. */
function sizeFields(head: Buffer, flags: number): number {
  let at = 14;
  for (const flag of [0x40, 0x80])
    if (flags & flag) {
      while ((head[at] ?? 0) & 0x80) at += 1;
      at += 1;
    }
  return at - 14;
}
