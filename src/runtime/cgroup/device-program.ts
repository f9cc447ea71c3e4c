// Device rules as an eBPF program (BPF_PROG_TYPE_CGROUP_DEVICE): cgroup version 2 has no files for them.

import type { RuntimeDeviceRule } from '../../oci/index.ts';
import { type DeviceException, devicePolicy } from './device-rules.ts';

/** Instruction codes (linux/bpf.h). */
const LOAD_WORD = 0x61;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const MOVE_REGISTER = 0xbc;
const MOVE = 0xb7;
const JUMP_NOT_EQUAL = 0x55;
const JUMP_NOT_EQUAL_REGISTER = 0x5d;
const JUMP_EQUAL = 0x15;
const EXIT = 0x95;

/** Registers: the result, the context (then scratch), and what the context holds. */
const [RESULT, CONTEXT, TYPE, ACCESS, MAJOR, MINOR] = [0, 1, 2, 3, 4, 5];
const SCRATCH = CONTEXT;

const types = { b: 1, c: 2 } as const;
const accesses: Readonly<Record<string, number>> = { m: 1, r: 2, w: 4 };

interface Instruction {
  readonly code: number;
  readonly target: number;
  readonly source?: number;
  /** A jump to the end of its block, counted when the block is complete. */
  readonly skips?: boolean;
  readonly offset?: number;
  readonly value?: number;
}

/**
 * The program that allows what the rules allow, as `struct bpf_insn[]` (8 bytes an instruction, little-endian);
 * undefined when they forbid nothing and no program is needed.
 */
export function compileDeviceRules(rules: readonly RuntimeDeviceRule[]): Buffer | undefined {
  const { allowByDefault, exceptions } = devicePolicy(rules);
  if (allowByDefault && exceptions.length === 0) return undefined;
  const blocks = exceptions.flatMap((exception) => block(exception, allowByDefault));
  return encode([...prologue, ...blocks, ...answer(allowByDefault)]);
}

/** struct bpf_cgroup_dev_ctx: access in the upper and type in the lower half of the first word, major, minor. */
const prologue: readonly Instruction[] = [
  { code: LOAD_WORD, target: TYPE, source: CONTEXT, offset: 0 },
  { code: AND, target: TYPE, value: 0xffff },
  { code: LOAD_WORD, target: ACCESS, source: CONTEXT, offset: 0 },
  { code: SHIFT_RIGHT, target: ACCESS, value: 16 },
  { code: LOAD_WORD, target: MAJOR, source: CONTEXT, offset: 4 },
  { code: LOAD_WORD, target: MINOR, source: CONTEXT, offset: 8 },
];

/** Answers with the contrary of the default when the device is the exception's. */
function block(exception: DeviceException, allowByDefault: boolean): readonly Instruction[] {
  const { type, major, minor, access } = exception;
  const tests: readonly Instruction[] = [
    { code: JUMP_NOT_EQUAL, target: TYPE, value: types[type], skips: true },
    ...accessTest(access, allowByDefault),
    ...(major === undefined ? [] : [{ code: JUMP_NOT_EQUAL, target: MAJOR, value: major, skips: true }]),
    ...(minor === undefined ? [] : [{ code: JUMP_NOT_EQUAL, target: MINOR, value: minor, skips: true }]),
  ];
  const all = [...tests, ...answer(!allowByDefault)];
  return all.map((one, at) => (one.skips ? { ...one, offset: all.length - at - 1 } : one));
}

/** What is allowed must cover all that is asked for; what is forbidden need only touch it. */
function accessTest(access: string, allowByDefault: boolean): readonly Instruction[] {
  if (access === 'rwm') return [];
  const mask = [...access].reduce((bits, letter) => bits | (accesses[letter] ?? 0), 0);
  const masked: readonly Instruction[] = [
    { code: MOVE_REGISTER, target: SCRATCH, source: ACCESS },
    { code: AND, target: SCRATCH, value: mask },
  ];
  return allowByDefault
    ? [...masked, { code: JUMP_EQUAL, target: SCRATCH, value: 0, skips: true }]
    : [...masked, { code: JUMP_NOT_EQUAL_REGISTER, target: SCRATCH, source: ACCESS, skips: true }];
}

function answer(allow: boolean): readonly Instruction[] {
  return [
    { code: MOVE, target: RESULT, value: allow ? 1 : 0 },
    { code: EXIT, target: 0 },
  ];
}

function encode(instructions: readonly Instruction[]): Buffer {
  const program = Buffer.alloc(instructions.length * 8);
  for (const [at, { code, target, source = 0, offset = 0, value = 0 }] of instructions.entries()) {
    program.writeUInt8(code, at * 8);
    program.writeUInt8(target | (source << 4), at * 8 + 1);
    program.writeInt16LE(offset, at * 8 + 2);
    program.writeInt32LE(value, at * 8 + 4);
  }
  return program;
}
