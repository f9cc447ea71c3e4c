// Decompression of bzip2 data of any number of streams. Node has none, and no package that is kept up reads it in pieces.
//
// The format has no specification of its own: names are those of bzip2 1.0.8's decompress.c and of its informal description.

import { BitReader } from './bit-reader.ts';
import { type Block, readBlock } from './bzip2-block.ts';
import { bzip2Crc, writtenOut } from './bzip2-runs.ts';

type Bytes = AsyncIterable<Uint8Array>;

/** No block takes more: 900,000 symbols of at most 20 bits, the selectors, and six tables that do not dawdle. */
const longestBlock = 2_400_000;
const largestLevel = 9;
const bytesOfLevel = 100_000;
const blockMagic = 0x314159265359;
const streamEnd = 0x177245385090;

/** The bytes of all streams of `source`, in chunks of up to a megabyte. Throws when they are cut, damaged or followed by something else. */
export async function* bunzipped(source: Bytes): AsyncGenerator<Uint8Array, void, undefined> {
  const bits = new BitReader(source);
  // One for all: data can have very many small streams.
  const room = new Uint32Array(largestLevel * bytesOfLevel);
  for (await bits.fill(longestBlock); !bits.atEnd; await bits.fill(longestBlock)) yield* stream(bits, room);
}

/** One stream: its header, its blocks, and the checksum of them all. */
async function* stream(bits: BitReader, room: Uint32Array): AsyncGenerator<Uint8Array, void, undefined> {
  const next = room.subarray(0, readHeader(bits));
  let combined = 0;
  for (;;) {
    await bits.fill(longestBlock);
    const magic = bits.read(24) * 2 ** 24 + bits.read(24);
    const expected = bits.read(16) * 2 ** 16 + bits.read(16);
    if (magic === streamEnd) {
      if (expected !== combined) throw new Error('the checksum of the bzip2 stream is wrong');
      bits.align();
      return;
    }
    if (magic !== blockMagic) throw new Error('a bzip2 block does not begin where it should');
    yield* checked(readBlock(bits, next), expected);
    combined = (((combined << 1) | (combined >>> 31)) ^ expected) >>> 0;
  }
}

function readHeader(bits: BitReader): number {
  const level = bits.read(24) === 0x425a68 ? bits.read(8) - 0x30 : 0;
  if (level < 1 || level > largestLevel)
    throw new Error('something that is not bzip2 follows the bzip2 data');
  return level * bytesOfLevel;
}

/** The bytes of a block; throws at its end when they are not what its checksum says. */
function* checked(block: Block, expected: number): Generator<Uint8Array, void, undefined> {
  let crc = 0xffffffff;
  for (const bytes of writtenOut(block)) {
    crc = bzip2Crc(crc, bytes);
    yield bytes;
  }
  if (~crc >>> 0 !== expected) throw new Error('the checksum of a bzip2 block is wrong');
}
