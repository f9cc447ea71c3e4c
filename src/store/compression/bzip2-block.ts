// One block of bzip2: Huffman codes, moves to the front, and the Burrows-Wheeler transform undone.

import type { BitReader } from './bit-reader.ts';
import { type HuffmanTable, huffmanTable, longestCode, readSymbol } from './bzip2-huffman.ts';

/** A block before its runs are written out: `next[i]` holds a byte in its low eight bits, and where the next one is above them. */
export interface Block {
  readonly next: Uint32Array;
  readonly length: number;
  readonly first: number;
}

const symbolsOfGroup = 50;
const runA = 0;
const runB = 1;

/** Reads the block that begins after its checksum into `next`. Throws when it is damaged or longer than that. */
export function readBlock(bits: BitReader, next: Uint32Array): Block {
  if (bits.read(1) === 1) throw damaged('it is randomised, as bzip2 before 0.9.5 wrote it');
  const origin = bits.read(24);
  const used = readUsedBytes(bits);
  const tables = readTables(bits, used.length + 2);
  const length = readMoves(bits, tables, used, next);
  if (origin >= length) throw damaged('its origin is outside of it');
  linkInOrder(next, length);
  return { next, length, first: (next[origin] ?? 0) >>> 8 };
}

function damaged(why: string): Error {
  return new Error(`a bzip2 block cannot be read: ${why}`);
}

/** The bytes that the block has, in order: sixteen bits say which sixteens are there, then sixteen bits for each. */
function readUsedBytes(bits: BitReader): Uint8Array {
  const sixteens = bits.read(16);
  const used: number[] = [];
  for (let high = 0; high < 16; high++) {
    if (((sixteens >> (15 - high)) & 1) === 0) continue;
    const those = bits.read(16);
    for (let low = 0; low < 16; low++) if ((those >> (15 - low)) & 1) used.push(high * 16 + low);
  }
  if (used.length === 0) throw damaged('it has no bytes');
  return Uint8Array.from(used);
}

interface Tables {
  readonly tables: readonly HuffmanTable[];
  /** Which table each group of fifty symbols uses. */
  readonly selectors: Uint8Array;
}

function readTables(bits: BitReader, symbols: number): Tables {
  const count = bits.read(3);
  if (count < 2 || count > 6) throw damaged(`it has ${count} tables instead of 2 to 6`);
  const selectors = readSelectors(bits, count);
  const tables = Array.from({ length: count }, () => huffmanTable(readCodeLengths(bits, symbols)));
  return { tables, selectors };
}

/** Selectors are moved to the front, their places in unary. */
function readSelectors(bits: BitReader, tables: number): Uint8Array {
  const selectors = new Uint8Array(bits.read(15));
  const order = Array.from({ length: tables }, (_, index) => index);
  for (let index = 0; index < selectors.length; index++) {
    let place = 0;
    while (bits.read(1) === 1) place += 1;
    const [selector] = order.splice(place, 1);
    if (selector === undefined) throw damaged('it selects a table that is not there');
    order.unshift(selector);
    selectors[index] = selector;
  }
  return selectors;
}

/** Each length is told by how it differs from the one before: 0 ends, 10 adds one, 11 takes one away. */
function readCodeLengths(bits: BitReader, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    while (bits.read(1) === 1) {
      length += bits.read(1) === 1 ? -1 : 1;
      if (length < 1 || length > longestCode) break;
    }
    if (length < 1 || length > longestCode) throw damaged('a code is too long');
    lengths[symbol] = length;
  }
  return lengths;
}

/** Reads the symbols, undoes runs of zeros and moves to the front; gives how many bytes it put in `next`. */
function readMoves(bits: BitReader, tables: Tables, used: Uint8Array, next: Uint32Array): number {
  const nextSymbol = symbolReader(bits, tables);
  const front = used.slice();
  const end = used.length + 1;
  let length = 0;
  for (;;) {
    let symbol = nextSymbol();
    let run = 0;
    for (let weight = 1; symbol <= runB; weight *= 2) {
      run += symbol === runA ? weight : weight * 2;
      if (length + run > next.length) throw tooLong();
      symbol = nextSymbol();
    }
    if (run > 0) next.fill(front[0] ?? 0, length, length + run);
    length += run;
    if (symbol === end) return length;
    if (length === next.length) throw tooLong();
    next[length++] = moveToFront(front, symbol - 1);
  }
}

/** Gives symbol after symbol; every fifty another table may be used. */
function symbolReader(bits: BitReader, { tables, selectors }: Tables): () => number {
  let group = 0;
  let left = 0;
  let table: HuffmanTable | undefined;
  return () => {
    if (left === 0) {
      table = tables[selectors[group] ?? tables.length];
      group += 1;
      left = symbolsOfGroup;
    }
    left -= 1;
    if (!table) throw damaged('it does not end');
    return readSymbol(bits, table);
  };
}

function tooLong(): Error {
  return damaged('it is longer than its stream says');
}

function moveToFront(front: Uint8Array, place: number): number {
  const byte = front[place] ?? 0;
  front.copyWithin(1, 0, place);
  front[0] = byte;
  return byte;
}

/** Writes above each byte where the next one of the original order is: the transform's sort is stable. */
function linkInOrder(next: Uint32Array, length: number): void {
  const starts = new Uint32Array(257);
  for (let index = 0; index < length; index++) {
    const byte = (next[index] ?? 0) + 1;
    starts[byte] = (starts[byte] ?? 0) + 1;
  }
  for (let byte = 1; byte < 257; byte++) starts[byte] = (starts[byte] ?? 0) + (starts[byte - 1] ?? 0);
  for (let index = 0; index < length; index++) {
    const byte = (next[index] ?? 0) & 0xff;
    const place = starts[byte] ?? 0;
    starts[byte] = place + 1;
    next[place] = (next[place] ?? 0) | (index << 8);
  }
}
