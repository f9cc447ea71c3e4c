// The outermost coding of bzip2: four equal bytes are followed by how many more there are; and its checksum.

import type { Block } from './bzip2-block.ts';

const pieceSize = 1 << 18;
const longestRun = 255;

/** The bytes of a block, in pieces: however long they are, memory is bounded. */
export function* writtenOut({ next, length, first }: Block): Generator<Uint8Array, void, undefined> {
  let piece = new Uint8Array(pieceSize);
  let written = 0;
  let at = first;
  let before = -1;
  let equal = 0;
  for (let read = 0; read < length; read++) {
    const entry = next[at] ?? 0;
    const byte = entry & 0xff;
    at = entry >>> 8;
    if (equal === 4) {
      piece.fill(before, written, written + byte);
      written += byte;
      equal = 0;
      before = -1;
    } else {
      equal = byte === before ? equal + 1 : 1;
      before = byte;
      piece[written++] = byte;
    }
    if (written < pieceSize - longestRun) continue;
    yield piece.subarray(0, written);
    piece = new Uint8Array(pieceSize);
    written = 0;
  }
  if (written > 0) yield piece.subarray(0, written);
}

/** The checksum `crc` (begun with all ones, to be inverted at the end) after `bytes`: CRC-32 with the highest bit first. */
export function bzip2Crc(crc: number, bytes: Uint8Array): number {
  let sum = crc;
  for (const byte of bytes) sum = ((sum << 8) ^ (crcTable[(sum >>> 24) ^ byte] ?? 0)) >>> 0;
  return sum;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  return sum >>> 0;
});
