// An assembler for classic BPF that writes the program from its end to its start, so that every jump target is known.

import { CaissonError } from '../../core/index.ts';

/** Where an instruction stands, counted from the end of the program (the last one is 1). */
export type Label = number;

const LOAD_WORD = 0x20;
const RETURN = 0x06;
const JUMP = 0x05;
const AND = 0x54;
const LONGEST_JUMP = 255;
const LONGEST_PROGRAM = 4096;

/** The conditional jumps: BPF_JMP | BPF_K with JEQ, JGT, JGE. */
const conditions = { equal: 0x15, greater: 0x25, greaterOrEqual: 0x35 } as const;

/** Emits instructions in reverse order; each method returns the label of what it emitted. */
export interface Assembler {
  /** Ends with `value`; shares an equal return that is near enough. */
  ret(value: number): Label;
  load(offset: number): Label;
  and(mask: number): Label;
  /** Jumps to one of two labels; a label further than 255 instructions away gets a stepping stone. */
  jump(condition: keyof typeof conditions, operand: number, whenTrue: Label, whenFalse: Label): Label;
  /** Makes the next emitted instruction run on into `target`. */
  continueAt(target: Label): void;
  /** The program, as struct sock_filter[]; throws `SECCOMP_PROFILE_INVALID` beyond 4096 instructions. */
  finish(): Buffer;
}

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, operand: number];

/** An empty program. */
export function assembler(): Assembler {
  const reversed: Instruction[] = [];
  const returns = new Map<Label, number>();
  const latestReturn = new Map<number, Label>();
  const emit = (...instruction: Instruction): Label => reversed.push(instruction);

  /** A label equal to `target` that an instruction emitted `ahead` places from now can reach. */
  function reachable(target: Label, ahead: number): Label {
    if (reversed.length + ahead - target <= LONGEST_JUMP) return target;
    const value = returns.get(target);
    return value === undefined ? emit(JUMP, 0, 0, reversed.length - target) : ret(value, ahead);
  }

  function ret(value: number, ahead = 0): Label {
    const latest = latestReturn.get(value);
    if (latest !== undefined && reversed.length + ahead + 2 - latest <= LONGEST_JUMP) return latest;
    const label = emit(RETURN, 0, 0, value);
    latestReturn.set(value, label);
    returns.set(label, value);
    return label;
  }

  return {
    ret,
    load: (offset) => emit(LOAD_WORD, 0, 0, offset),
    and: (mask) => emit(AND, 0, 0, mask),
    jump(condition, operand, whenTrue, whenFalse) {
      const yes = reachable(whenTrue, 2);
      const no = reachable(whenFalse, 1);
      return emit(conditions[condition], reversed.length - yes, reversed.length - no, operand);
    },
    continueAt(target) {
      if (target !== reversed.length) emit(JUMP, 0, 0, reversed.length - target);
    },
    finish: () => encode(reversed),
  };
}

/** The hosts that Caisson runs on are little-endian, as the words are then. */
function encode(reversed: readonly Instruction[]): Buffer {
  if (reversed.length > LONGEST_PROGRAM)
    throw new CaissonError(
      'SECCOMP_PROFILE_INVALID',
      `The seccomp profile needs ${reversed.length} instructions, and the kernel takes ${LONGEST_PROGRAM}`,
      { hint: 'Use fewer rules with argument comparisons.' },
    );
  const words = new Uint32Array(reversed.length * 2);
  let at = words.length;
  for (const [code, whenTrue, whenFalse, operand] of reversed) {
    at -= 2;
    words[at] = code | (whenTrue << 16) | (whenFalse << 24);
    words[at + 1] = operand;
  }
  return Buffer.from(words.buffer);
}
