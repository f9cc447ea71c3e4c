// Gzip made of blocks that are compressed at the same time (pigz's way): each block starts from the last 32 KB of the one
// before it, so that little is lost, and the bytes do not depend on the number of threads.

import { crc32 } from 'node:zlib';
import { type Block, blocksOf, compressOnThread, inOrder } from './blocks.ts';
import type { CompressedBytes } from './types.ts';

const blockSize = 1 << 20;
const windowSize = 1 << 15;

/** No name, no time, no operating system: as Go writes it (RFC 1952, section 2.3). */
const header = Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/** `source` as one gzip member. */
export async function* gzipped(source: AsyncIterable<Buffer>, level: number): CompressedBytes {
  const total = { crc: 0, size: 0 };
  yield header;
  for await (const { bytes } of inOrder(withWindows(source, total), ({ bytes, last, dictionary }) =>
    compressOnThread({ kind: 'deflate', bytes, last, dictionary, level }),
  ))
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  yield trailer(total.crc, total.size);
  return {};
}

interface WindowedBlock extends Block {
  readonly dictionary: Uint8Array | undefined;
}

/** Blocks with what stands before them; counts and sums while they pass, because their bytes leave for other threads. */
async function* withWindows(
  source: AsyncIterable<Buffer>,
  total: { crc: number; size: number },
): AsyncGenerator<WindowedBlock> {
  let dictionary: Uint8Array | undefined;
  for await (const block of blocksOf(source, blockSize)) {
    const { bytes } = block;
    total.crc = crc32(bytes, total.crc);
    total.size += bytes.length;
    const next = new Uint8Array(bytes.subarray(-windowSize));
    yield { ...block, dictionary };
    dictionary = next;
  }
}

function trailer(crc: number, size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc >>> 0, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}
