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

/** The verdict on a call: the first alternative whose comparisons all hold, else `otherwise`; both are kernel return values. */
export interface Verdict {
  readonly alternatives: readonly { readonly when: readonly Comparison[]; readonly action: number }[];
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

interface Draft {
  readonly alternatives: { when: readonly Comparison[]; action: number }[];
  always: number | undefined;
}

/** Gathers the rules of `seccomp` by system call number; names that the convention lacks are passed over, as runc does. */
export function verdictsOf(seccomp: RuntimeSeccomp, convention: Convention): Verdicts {
  const rest = returnValue(seccomp.defaultAction, seccomp.defaultErrnoRet);
  const drafts = new Map<number, Draft>();
  let newest = -1;
  for (const rule of seccomp.syscalls ?? []) {
    const action = returnValue(rule.action, rule.errnoRet);
    const alternatives = alternativesOf(rule);
    for (const name of rule.names) {
      const number = convention.table.get(name);
      if (number !== undefined) {
        add(drafts, number, alternatives, action);
        if (number < ORDINARY_CALLS) newest = Math.max(newest, number);
      }
      addMultiplexed(drafts, convention, name, rule, action);
    }
  }
  const byNumber = new Map([...drafts].map(([number, draft]) => [number, verdict(draft, rest)]));
  return { byNumber, rest, unknownFrom: hidesNewCalls(seccomp) && newest >= 0 ? newest + 1 : undefined };
}

/** runc answers ENOSYS to calls the profile's author could not know, so that libc falls back to older ones; so does this. */
function hidesNewCalls(seccomp: RuntimeSeccomp): boolean {
  return !isPermissive(seccomp.defaultAction) && seccomp.defaultErrnoRet !== ENOSYS;
}

function verdict(draft: Draft, rest: number): Verdict {
  return { alternatives: draft.alternatives, otherwise: draft.always ?? rest };
}

function add(
  drafts: Map<number, Draft>,
  number: number,
  alternatives: readonly (readonly Comparison[])[],
  action: number,
): void {
  const draft = drafts.get(number) ?? { alternatives: [], always: undefined };
  if (alternatives.length === 0) draft.always ??= action;
  for (const when of alternatives) draft.alternatives.push({ when, action });
  drafts.set(number, draft);
}

/**
 * On 32-bit x86 the socket and System V calls also come through `socketcall` and `ipc`, whose arguments lie in memory
 * where a filter cannot look. A permissive rule with conditions therefore does not open that way; a forbidding one closes it.
 */
function addMultiplexed(
  drafts: Map<number, Draft>,
  convention: Convention,
  name: string,
  rule: RuntimeSyscallRule,
  action: number,
): void {
  const call = convention.name === 'SCMP_ARCH_X86' ? multiplexed.get(name) : undefined;
  const number = call && convention.table.get(call.through);
  if (!call || number === undefined || (rule.args?.length && isPermissive(rule.action))) return;
  add(drafts, number, [[{ index: 0, op: 'EQ', value: BigInt(call.selector), datum: 0n }]], action);
}

/** One list of comparisons, or one for each when two of them look at the same argument (runc: they are alternatives then). */
function alternativesOf(rule: RuntimeSyscallRule): readonly (readonly Comparison[])[] {
  const comparisons = (rule.args ?? []).map(comparison);
  if (comparisons.length === 0) return [];
  const indexes = new Set(comparisons.map(({ index }) => index));
  return indexes.size === comparisons.length ? [comparisons] : comparisons.map((one) => [one]);
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
