// Zstd made of frames that are compressed at the same time; decompressors read one frame after the other (RFC 8878, section 3).

import { blocksOf, compressOnThread, inOrder } from './blocks.ts';
import type { CompressedBytes } from './types.ts';

/** Each frame starts without knowledge of those before it: large ones lose less. */
const frameSize = 4 << 20;

/** `source` as zstd frames. */
export async function* zstdCompressed(source: AsyncIterable<Buffer>, level: number): CompressedBytes {
  for await (const { bytes } of inOrder(blocksOf(source, frameSize), (block) =>
    compressOnThread({ kind: 'zstd', bytes: block.bytes, level }),
  ))
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return {};
}
