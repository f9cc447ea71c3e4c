// What a profile says about each system call number of one convention.

import { CaissonError } from '../../core/index.ts';
import type { RuntimeSeccomp, RuntimeSyscallRule } from '../../oci/index.ts';
import { isPermissive, returnValue } from './actions.ts';
import type { Convention } from './architectures.ts';
import { multiplexed } from './multiplex.ts';

/** A comparison of one argument; all values are 64 bits wide. */
export interface Comparison {
  readonly index: number;
  readonly op: 'EQ' | 'NE' | 'LT' | 'LE' | 'GT' | 'GE' | 'MASKED_EQ';
  readonly value: bigint;
  /** What the masked argument must be (`MASKED_EQ`); `value` is the mask. */
  readonly datum: bigint;
}

/** A return value for calls whose arguments pass all comparisons. */
export interface Alternative {
  readonly when: readonly Comparison[];
  readonly action: number;
}

/** The verdict on a call: the first alternative whose comparisons all hold, else `otherwise`; both are kernel return values. */
export interface Verdict {
  readonly alternatives: readonly Alternative[];
  readonly otherwise: number;
}

/** The verdicts of one convention; numbers that are not in the map get `rest`, those from `unknownFrom` on ENOSYS. */
export interface Verdicts {
  readonly byNumber: ReadonlyMap<number, Verdict>;
  readonly rest: number;
  /** The first number that is newer than every call of the profile, if the program must not see it as forbidden. */
  readonly unknownFrom: number | undefined;
}

/** Private calls of 32-bit ARM start here; they say nothing about how new a profile is. */
const ORDINARY_CALLS = 0xf0000;
const ENOSYS = 38;

/** What rules say so far: at most one verdict without conditions for a number, and alternatives in the order of the rules. */
interface Gathered {
  readonly always: Map<number, number>;
  readonly conditional: Map<number, Alternative[]>;
}

/** Gathers the rules of `seccomp` by system call number; names that the convention lacks are passed over, as runc does. */
export function verdictsOf(seccomp: RuntimeSeccomp, convention: Convention): Verdicts {
  const rest = returnValue(seccomp.defaultAction, seccomp.defaultErrnoRet);
  const gathered: Gathered = { always: new Map(), conditional: new Map() };
  let newest = -1;
  for (const rule of seccomp.syscalls ?? []) {
    const action = returnValue(rule.action, rule.errnoRet);
    const alternatives = alternativesOf(rule, action);
    for (const name of rule.names) {
      const number = convention.table.get(name);
      if (number === undefined) continue;
      add(gathered, number, alternatives, action);
      if (number > newest && number < ORDINARY_CALLS) newest = number;
    }
    if (convention.name === 'SCMP_ARCH_X86') addMultiplexed(gathered, convention, rule, action);
  }
  return {
    byNumber: combine(gathered, rest),
    rest,
    unknownFrom: hidesNewCalls(seccomp) && newest >= 0 ? newest + 1 : undefined,
  };
}

/** A verdict for each number that has rules. */
function combine({ always, conditional }: Gathered, rest: number): ReadonlyMap<number, Verdict> {
  const byNumber = new Map<number, Verdict>();
  for (const [number, otherwise] of always) byNumber.set(number, { alternatives: none, otherwise });
  for (const [number, alternatives] of conditional)
    byNumber.set(number, { alternatives, otherwise: always.get(number) ?? rest });
  return byNumber;
}

const none: readonly Alternative[] = [];

/** runc answers ENOSYS to calls the profile's author could not know, so that libc falls back to older ones; so does this. */
function hidesNewCalls(seccomp: RuntimeSeccomp): boolean {
  return !isPermissive(seccomp.defaultAction) && seccomp.defaultErrnoRet !== ENOSYS;
}

function add(
  { always, conditional }: Gathered,
  number: number,
  alternatives: readonly Alternative[],
  action: number,
): void {
  if (alternatives.length > 0) conditional.set(number, [...(conditional.get(number) ?? []), ...alternatives]);
  else if (!always.has(number)) always.set(number, action);
}

/**
 * On 32-bit x86 the socket and System V calls also come through `socketcall` and `ipc`, whose arguments lie in memory
 * where a filter cannot look. A permissive rule with conditions therefore does not open that way; a forbidding one closes it.
 */
function addMultiplexed(
  gathered: Gathered,
  { table }: Convention,
  rule: RuntimeSyscallRule,
  action: number,
): void {
  if (rule.args?.length && isPermissive(rule.action)) return;
  for (const name of rule.names) {
    const call = multiplexed.get(name);
    const number = call && table.get(call.through);
    if (!call || number === undefined) continue;
    const selects: Comparison = { index: 0, op: 'EQ', value: BigInt(call.selector), datum: 0n };
    add(gathered, number, [{ when: [selects], action }], action);
  }
}

/** One list of comparisons, or one for each when two of them look at the same argument (runc: they are alternatives then). */
function alternativesOf(rule: RuntimeSyscallRule, action: number): readonly Alternative[] {
  const comparisons = (rule.args ?? []).map(comparison);
  if (comparisons.length === 0) return [];
  const indexes = new Set(comparisons.map(({ index }) => index));
  if (indexes.size === comparisons.length) return [{ when: comparisons, action }];
  return comparisons.map((one) => ({ when: [one], action }));
}

const operators = new Set(['EQ', 'NE', 'LT', 'LE', 'GT', 'GE', 'MASKED_EQ']);

function comparison(argument: NonNullable<RuntimeSyscallRule['args']>[number]): Comparison {
  const { index, op, value, valueTwo = 0 } = argument;
  const name = op.replace(/^SCMP_CMP_/, '');
  if (!operators.has(name)) throw invalidArgument(`the operator '${op}' is unknown`);
  if (!Number.isInteger(index) || index < 0 || index > 5)
    throw invalidArgument(`the argument index ${index} is not between 0 and 5`);
  return { index, op: name as Comparison['op'], value: word(value), datum: word(valueTwo) };
}

/** JSON numbers above 2^53 are rounded; 2^64 can only have been meant as the largest word. */
function word(value: number): bigint {
  if (!Number.isInteger(value)) throw invalidArgument(`the value ${value} is not an integer`);
  return value >= 2 ** 64 ? 0xffffffffffffffffn : BigInt.asUintN(64, BigInt(value));
}

function invalidArgument(reason: string): CaissonError {
  return new CaissonError('SECCOMP_PROFILE_INVALID', `The seccomp profile cannot be used: ${reason}`, {
    hint: 'Compare arguments 0 to 5 with SCMP_CMP_EQ, NE, LT, LE, GT, GE or MASKED_EQ.',
  });
}
