// compileDeviceRules: the program against the rules for every device that matters, then in the real kernel.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RuntimeDeviceRule } from '../../../src/oci/index.ts';
import { compileDeviceRules, detectCgroups, withRuntimeDevices } from '../../../src/runtime/cgroup/index.ts';

const denyAll: RuntimeDeviceRule = { allow: false, access: 'rwm' };
const containerRules = withRuntimeDevices([denyAll]);
const blockRules: readonly RuntimeDeviceRule[] = [
  { allow: true },
  { allow: false, type: 'b', major: 8, access: 'w' },
  { allow: false, type: 'c', major: 10, minor: 229, access: 'rwm' },
];
const READ = 2;
const WRITE = 4;
const MAKE = 1;

const cases: readonly (readonly [
  readonly RuntimeDeviceRule[],
  'b' | 'c',
  number,
  number,
  number,
  boolean,
])[] = [
  [containerRules, 'c', 1, 3, READ | WRITE, true],
  [containerRules, 'c', 1, 3, READ | WRITE | MAKE, true],
  [containerRules, 'c', 1, 1, READ, false],
  [containerRules, 'c', 1, 1, MAKE, true],
  [containerRules, 'c', 1, 1, MAKE | READ, false],
  [containerRules, 'b', 8, 0, MAKE, true],
  [containerRules, 'b', 8, 0, READ, false],
  [containerRules, 'b', 1, 3, READ, false],
  [containerRules, 'c', 136, 77, READ | WRITE, true],
  [containerRules, 'c', 137, 0, READ, false],
  [blockRules, 'b', 8, 1, READ, true],
  [blockRules, 'b', 8, 1, READ | WRITE, false],
  [blockRules, 'c', 8, 1, WRITE, true],
  [blockRules, 'c', 10, 229, READ, false],
  [blockRules, 'c', 10, 228, READ, true],
];

for (const [rules, type, major, minor, access, expected] of cases)
  test(`${type} ${major}:${minor} access ${access} is ${expected ? 'allowed' : 'refused'}`, () => {
    assert.equal(interpret(compileDeviceRules(rules), type, major, minor, access), expected);
  });

test('rules that forbid nothing need no program', () => {
  assert.equal(compileDeviceRules([]), undefined);
  assert.equal(compileDeviceRules([denyAll, { allow: true }]), undefined);
});

const unified = detectCgroups().unified;
const unable =
  process.getuid?.() !== 0 ? 'needs root' : unified === undefined ? 'needs cgroup version 2' : false;

test('the kernel takes the program and obeys it', { skip: unable }, () => {
  const directory = join(unified ?? '', `caisson-test-${process.pid}`);
  mkdirSync(directory);
  try {
    attach(compileDeviceRules(containerRules) ?? Buffer.alloc(0), directory);
    const script = `echo 0 > ${directory}/cgroup.procs && : < /dev/null && ! ( : < /dev/kmsg ) 2>/dev/null`;
    assert.equal(spawnSync('sh', ['-c', script]).status, 0);
    assert.equal(spawnSync('sh', ['-c', ': < /dev/kmsg']).status, 0);
  } finally {
    rmdirSync(directory);
  }
});

type Operation = (left: number, right: number, value: number) => number;
const arithmetic: Readonly<Record<number, Operation>> = {
  84: (left, _, value) => left & value,
  116: (left, _, value) => left >>> value,
  188: (_, right) => right,
  183: (_left, _right, value) => value,
};
const jumps: Readonly<Record<number, (left: number, right: number, value: number) => boolean>> = {
  85: (left, _, value) => left !== value,
  93: (left, right) => left !== right,
  21: (left, _, value) => left === value,
};

/** Just enough of an eBPF machine. */
function interpret(
  program: Buffer | undefined,
  type: 'b' | 'c',
  major: number,
  minor: number,
  access: number,
): boolean {
  assert.ok(program);
  const context = [(access << 16) | { b: 1, c: 2 }[type], major, minor];
  const registers = [0, 0, 0, 0, 0, 0];
  for (let at = 0; at * 8 < program.length; at++) {
    const code = program.readUInt8(at * 8);
    const [target, source] = [program.readUInt8(at * 8 + 1) & 15, program.readUInt8(at * 8 + 1) >> 4];
    const [offset, value] = [program.readInt16LE(at * 8 + 2), program.readInt32LE(at * 8 + 4)];
    const operands = [registers[target] ?? 0, registers[source] ?? 0, value] as const;
    if (code === 0x95) return registers[0] === 1;
    if (code === 0x61) registers[target] = context[offset / 4] ?? 0;
    else if (arithmetic[code]) registers[target] = arithmetic[code](...operands);
    else if (jumps[code]?.(...operands)) at += offset;
    assert.ok(code === 0x61 || arithmetic[code] || jumps[code], `Unknown code ${code}`);
  }
  return assert.fail('The program ran past its end');
}

/** bpf(BPF_PROG_LOAD) and bpf(BPF_PROG_ATTACH), as the launcher does it. */
function attach(program: Buffer, directory: string): void {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const syscall = koffi.load(null).func('long syscall(long number, long command, void *attr, long size)');
  const address = (buffer: Buffer) => BigInt(koffi.address(buffer));
  const number = process.arch === 'x64' ? 321 : 280;
  const [license, load, link] = [Buffer.from('Apache-2.0\0'), Buffer.alloc(128), Buffer.alloc(128)];
  load.writeUInt32LE(15, 0);
  load.writeUInt32LE(program.length / 8, 4);
  load.writeBigUInt64LE(address(program), 8);
  load.writeBigUInt64LE(address(license), 16);
  const loaded = Number(syscall(number, 5, load, load.length));
  assert.ok(loaded >= 0, `bpf(BPF_PROG_LOAD) failed with errno ${koffi.errno()}`);
  const cgroup = openSync(directory, 'r');
  link.writeUInt32LE(cgroup, 0);
  link.writeUInt32LE(loaded, 4);
  link.writeUInt32LE(6, 8);
  const attached = Number(syscall(number, 8, link, link.length));
  assert.equal(attached, 0, `bpf(BPF_PROG_ATTACH) failed with errno ${koffi.errno()}`);
  closeSync(cgroup);
  closeSync(loaded);
}
