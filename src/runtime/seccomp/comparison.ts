// Comparisons of 64-bit arguments, done in two 32-bit halves as classic BPF can.

import type { Assembler, Label } from './assembler.ts';
import type { Comparison } from './rules.ts';

const OFFSET_ARGUMENTS = 16;

/** Emits the test of one argument that goes to `pass` or `fail`; returns where it starts. */
export function emitComparison(code: Assembler, comparison: Comparison, pass: Label, fail: Label): Label {
  const { op, value } = comparison;
  const compare = (condition: 'greater' | 'greaterOrEqual', yes: Label, no: Label) =>
    emitOrder(code, comparison.index, value, condition, yes, no);
  switch (op) {
    case 'EQ':
      return emitEqual(code, comparison, pass, fail);
    case 'NE':
      return emitEqual(code, comparison, fail, pass);
    case 'GT':
      return compare('greater', pass, fail);
    case 'LE':
      return compare('greater', fail, pass);
    case 'GE':
      return compare('greaterOrEqual', pass, fail);
    case 'LT':
      return compare('greaterOrEqual', fail, pass);
    case 'MASKED_EQ':
      return emitMasked(code, comparison, pass, fail);
  }
}

function emitEqual(code: Assembler, { index, value }: Comparison, pass: Label, fail: Label): Label {
  code.jump('equal', low(value), pass, fail);
  const lowHalf = code.load(lowOffset(index));
  code.jump('equal', high(value), lowHalf, fail);
  return code.load(highOffset(index));
}

function emitOrder(
  code: Assembler,
  index: number,
  value: bigint,
  condition: 'greater' | 'greaterOrEqual',
  pass: Label,
  fail: Label,
): Label {
  code.jump(condition, low(value), pass, fail);
  const lowHalf = code.load(lowOffset(index));
  const equal = code.jump('equal', high(value), lowHalf, fail);
  code.jump('greater', high(value), pass, equal);
  return code.load(highOffset(index));
}

function emitMasked(code: Assembler, { index, value, datum }: Comparison, pass: Label, fail: Label): Label {
  code.jump('equal', low(datum), pass, fail);
  code.and(low(value));
  const lowHalf = code.load(lowOffset(index));
  code.jump('equal', high(datum), lowHalf, fail);
  code.and(high(value));
  return code.load(highOffset(index));
}

function lowOffset(index: number): number {
  return OFFSET_ARGUMENTS + index * 8;
}

function highOffset(index: number): number {
  return lowOffset(index) + 4;
}

function low(value: bigint): number {
  return Number(value & 0xffffffffn);
}

function high(value: bigint): number {
  return Number(value >> 32n);
}
