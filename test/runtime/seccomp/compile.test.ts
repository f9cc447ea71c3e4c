// compileSeccomp: every call number of every architecture, and every comparison, against the meaning of the rules.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuntimeSeccomp } from '../../../src/oci/index.ts';
import { compileSeccomp, defaultSeccompProfile, resolveSeccomp } from '../../../src/runtime/seccomp/index.ts';
import syscalls from '../../../src/runtime/seccomp/syscalls.json' with { type: 'json' };
import { fc } from '../../support/property.ts';
import { interpret } from './interpreter.ts';

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050000 | 38;
const KILL = 0x80000000;
const CLONE_NAMESPACES = 0x7e020000n;

const conventions = {
  x86_64: { host: 'x86_64', audit: 0xc000003e, bit: 0 },
  x32: { host: 'x86_64', audit: 0xc000003e, bit: 0x40000000 },
  i386: { host: 'x86_64', audit: 0x40000003, bit: 0 },
  aarch64: { host: 'aarch64', audit: 0xc00000b7, bit: 0 },
  arm: { host: 'aarch64', audit: 0x40000028, bit: 0 },
} as const;

for (const [name, { host, audit, bit }] of Object.entries(conventions)) {
  const numbers = tableOf(name as keyof typeof conventions);
  const byNumber = Map.groupBy(numbers, ([, number]) => number);
  const seccomp = defaultFor(host);
  const program = compileSeccomp(seccomp, host);
  const newest = Math.max(
    ...numbers.filter(([call, n]) => n < 0xf0000 && named(seccomp, call)).map(([, n]) => n),
  );

  test(`${name}: each call number gets what the default profile says`, () => {
    for (const number of Array.from({ length: 1200 }, (_, at) => at)) {
      const calls = (byNumber.get(number) ?? []).map(([call]) => call);
      const expected = expectation(calls, number, newest);
      if (expected === undefined) continue;
      const got = interpret(program, { number: number | bit, audit });
      assert.equal(got, expected, `${number} ${calls}: ${got.toString(16)}`);
    }
  });

  test(`${name}: clone, socket and personality are judged by their arguments`, () => {
    const number = (call: string) => (numbers.find(([other]) => other === call)?.[1] ?? -1) | bit;
    const run = (call: string, ...values: bigint[]) =>
      interpret(program, { number: number(call), audit, arguments: values });
    assert.equal(run('clone', 0x11n), ALLOW);
    assert.equal(run('clone', 0x11n | CLONE_NAMESPACES), EPERM);
    assert.equal(run('clone', 0x10000000n), EPERM);
    assert.equal(run('socket', 2n), ALLOW);
    assert.equal(run('socket', 40n), EPERM);
    assert.equal(run('personality', 0xffffffffn), ALLOW);
    assert.equal(run('personality', 0x40000n), EPERM);
    assert.equal(run('personality', 0x1_0000_0008n), EPERM);
  });
}

test('calls of other architectures kill the process, and x32 too where it is not listed', () => {
  const only = { defaultAction: 'SCMP_ACT_ALLOW', architectures: ['SCMP_ARCH_X86_64'] };
  const program = compileSeccomp(only, 'x86_64');
  assert.equal(interpret(program, { number: 0, audit: 0xc000003e }), ALLOW);
  for (const audit of [0x40000003, 0xc00000b7, 0])
    assert.equal(interpret(program, { number: 0, audit }), KILL);
  assert.equal(interpret(program, { number: 0x40000000, audit: 0xc000003e }), KILL);
});

const operators = {
  SCMP_CMP_EQ: (argument: bigint, value: bigint) => argument === value,
  SCMP_CMP_NE: (argument: bigint, value: bigint) => argument !== value,
  SCMP_CMP_LT: (argument: bigint, value: bigint) => argument < value,
  SCMP_CMP_LE: (argument: bigint, value: bigint) => argument <= value,
  SCMP_CMP_GT: (argument: bigint, value: bigint) => argument > value,
  SCMP_CMP_GE: (argument: bigint, value: bigint) => argument >= value,
  SCMP_CMP_MASKED_EQ: (argument: bigint, mask: bigint, datum: bigint) => (argument & mask) === datum,
} as const;
type Operator = keyof typeof operators;

const near = fc.constantFrom(0n, 1n, 0xffffffffn, 0x100000000n, 0x1ffffffffn, 0x1fffffffffffffn);
const word = fc.oneof(near, fc.bigInt(0n, 0x1fffffffffffffn));
const argument = fc.record({
  index: fc.integer({ min: 0, max: 5 }),
  op: fc.constantFrom(...(Object.keys(operators) as Operator[])),
  value: word,
  valueTwo: word,
});

test('comparisons hold for any 64-bit values, all in a rule together', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(argument, { selector: ({ index }) => index, minLength: 1 }),
      fc.array(word, { minLength: 6, maxLength: 6 }),
      (comparisons, values) => {
        const program = compileSeccomp(ruleWith(comparisons), 'x86_64');
        const holds = comparisons.every(({ index, op, value, valueTwo }) =>
          operators[op](values[index] ?? 0n, value, valueTwo),
        );
        const got = interpret(program, { number: 0, audit: 0xc000003e, arguments: values });
        assert.equal(got, holds ? ALLOW : EPERM);
      },
    ),
    { numRuns: 2000 },
  );
});

test('two comparisons of one argument are alternatives, as runc has it', () => {
  const program = compileSeccomp(
    ruleWith([1n, 7n].map((value) => ({ index: 0, op: 'SCMP_CMP_EQ' as const, value, valueTwo: 0n }))),
    'x86_64',
  );
  const at = (value: bigint) => interpret(program, { number: 0, audit: 0xc000003e, arguments: [value] });
  assert.deepEqual([at(1n), at(7n), at(2n)], [ALLOW, ALLOW, EPERM]);
});

test('a filter whose jumps span thousands of instructions still goes the right way', () => {
  const names = syscalls.x86_64
    .split(' ')
    .map((entry) => entry.replace(/^\d+:/, ''))
    .slice(0, 300);
  const rules = names.map((name, at) => ({
    names: [name],
    action: 'SCMP_ACT_ERRNO',
    errnoRet: at + 2,
    args: [{ index: at % 6, value: at, op: 'SCMP_CMP_EQ' }],
  }));
  const program = compileSeccomp({ defaultAction: 'SCMP_ACT_ALLOW', syscalls: rules }, 'x86_64');
  assert.ok(program.length / 8 > 1000);
  for (const [at] of names.entries()) {
    const number = tableOf('x86_64')[at]?.[1] ?? 0;
    const values = Array.from({ length: 6 }, (_, index) => (index === at % 6 ? BigInt(at) : 999999n));
    assert.equal(interpret(program, { number, audit: 0xc000003e, arguments: values }), 0x00050000 | (at + 2));
    assert.equal(
      interpret(program, { number, audit: 0xc000003e, arguments: [...values.map((value) => value + 1n)] }),
      ALLOW,
    );
  }
});

test('socketcall and ipc cannot be used to get round a rule on 32-bit x86', () => {
  const deny: RuntimeSeccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86'],
    syscalls: [{ names: ['socket', 'shmat'], action: 'SCMP_ACT_ERRNO' }],
  };
  const program = compileSeccomp(deny, 'x86_64');
  const run = (number: number, selector: bigint) =>
    interpret(program, { number, audit: 0x40000003, arguments: [selector] });
  assert.deepEqual([run(102, 1n), run(102, 3n), run(117, 21n), run(117, 1n)], [EPERM, ALLOW, EPERM, ALLOW]);
});

test('what the kernel does not take is refused', () => {
  const refused: readonly RuntimeSeccomp[] = [
    { defaultAction: 'SCMP_ACT_NOTIFY' },
    { defaultAction: 'allow' },
    ruleWith([{ index: 6, op: 'SCMP_CMP_EQ', value: 0n, valueTwo: 0n }]),
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [
        { names: ['read'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 0.5, op: 'SCMP_CMP_EQ' }] },
      ],
    },
    {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: Array.from({ length: 1200 }, (_, value) => ({
        names: ['read'],
        action: 'SCMP_ACT_ERRNO',
        args: [{ index: 0, value, op: 'SCMP_CMP_EQ' }],
      })),
    },
  ];
  for (const seccomp of refused)
    assert.throws(() => compileSeccomp(seccomp, 'x86_64'), { code: 'SECCOMP_PROFILE_INVALID' });
});

test('the default filter for three conventions is short', () => {
  assert.ok(compileSeccomp(defaultFor('x86_64'), 'x86_64').length / 8 < 600);
});

/** What a call may expect of the default profile; undefined where arguments decide. */
function expectation(calls: readonly string[], number: number, newest: number): number | undefined {
  const seccomp = defaultFor('x86_64');
  if (number > newest) return ENOSYS;
  if (calls.some((call) => ['clone', 'socket', 'personality'].includes(call))) return undefined;
  if (calls.includes('clone3')) return ENOSYS;
  const arm = [
    'arm_fadvise64_64',
    'arm_sync_file_range',
    'sync_file_range2',
    'breakpoint',
    'cacheflush',
    'set_tls',
  ];
  const x86 = ['arch_prctl', 'modify_ldt'];
  if (calls.some((call) => arm.includes(call) || x86.includes(call))) return ALLOW;
  if (calls.some((call) => named(seccomp, call))) return ALLOW;
  return EPERM;
}

function named(seccomp: RuntimeSeccomp, call: string): boolean {
  return seccomp.syscalls?.some(({ names }) => names.includes(call)) ?? false;
}

function defaultFor(architecture: 'x86_64' | 'aarch64'): RuntimeSeccomp {
  return resolveSeccomp(defaultSeccompProfile, {
    capabilities: ['CAP_SYS_CHROOT'],
    architecture,
    kernel: '6.18',
  });
}

function tableOf(name: keyof typeof conventions): readonly (readonly [string, number])[] {
  let next = 0;
  return syscalls[name].split(' ').map((entry) => {
    const [, number, call = ''] = /^(?:(\d+):)?(.*)$/.exec(entry) ?? [];
    if (number !== undefined) next = Number(number);
    return [call, next++] as const;
  });
}

function ruleWith(
  comparisons: readonly { index: number; op: Operator; value: bigint; valueTwo: bigint }[],
): RuntimeSeccomp {
  const args = comparisons.map((one) => ({
    ...one,
    value: Number(one.value),
    valueTwo: Number(one.valueTwo),
  }));
  return { defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names: ['read'], action: 'SCMP_ACT_ALLOW', args }] };
}
