// Canonical Huffman codes of bzip2: short ones are looked up, long ones are counted out.

import type { BitReader } from './bit-reader.ts';

/** No code has more bits. */
export const longestCode = 20;
/** Codes up to here are found by one look. */
const lookUpBits = 10;

/** How symbols are told from bits. */
export interface HuffmanTable {
  /** By the next ten bits: the symbol above the low five bits, its length in them; 0 for longer codes. */
  readonly short: Uint16Array;
  /** By length: one more than the last code, aligned to twenty bits. */
  readonly limits: Uint32Array;
  /** By length: what to add to a code for its place in `symbols`. */
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

/** The table of codes whose lengths are given, each 1 to 20. */
export function huffmanTable(lengths: Uint8Array): HuffmanTable {
  const short = new Uint16Array(1 << lookUpBits);
  const limits = new Uint32Array(longestCode + 1);
  const bases = new Int32Array(longestCode + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let placed = 0;
  for (let length = 1; length <= longestCode; length++) {
    bases[length] = placed - code;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (length <= lookUpBits) short.fill((symbol << 5) | length, ...coveredBy(code, length));
      symbols[placed++] = symbol;
      code += 1;
    }
    limits[length] = code * 2 ** (longestCode - length);
    code *= 2;
  }
  return { short, limits, bases, symbols };
}

/** The bits that begin with a code. */
function coveredBy(code: number, length: number): [start: number, end: number] {
  return [code << (lookUpBits - length), (code + 1) << (lookUpBits - length)];
}

/** The next symbol. Throws when the bits are none's. */
export function readSymbol(bits: BitReader, { short, limits, bases, symbols }: HuffmanTable): number {
  const ahead = bits.peek(longestCode);
  const found = short[ahead >>> (longestCode - lookUpBits)] ?? 0;
  if (found !== 0) {
    bits.skip(found & 31);
    return found >>> 5;
  }
  for (let length = 1; length <= longestCode; length++) {
    if (ahead >= (limits[length] ?? 0)) continue;
    bits.skip(length);
    return symbols[(ahead >>> (longestCode - length)) + (bases[length] ?? 0)] ?? 0;
  }
  throw new Error('a bzip2 block cannot be read: it has a code that no symbol has');
}
