// A seccomp filter as the kernel's program: a jump by architecture, then a binary search over system call numbers.

import type { RuntimeSeccomp } from '../../oci/index.ts';
import { ERRNO_ENOSYS, KILL_PROCESS } from './actions.ts';
import {
  type Convention,
  conventionsOf,
  nativeSeccompArchitecture,
  type SeccompArchitecture,
} from './architectures.ts';
import { type Assembler, assembler, type Label } from './assembler.ts';
import { emitComparison } from './comparison.ts';
import { compiledFilter } from './compiled.ts';
import { type Verdict, type Verdicts, verdictsOf } from './rules.ts';

/** A stretch of system call numbers from `start` on that share one verdict. */
interface Range {
  readonly start: number;
  readonly verdict: Verdict;
}

const OFFSET_NUMBER = 0;
const OFFSET_ARCHITECTURE = 4;
const X32_BIT = 0x40000000;

/**
 * Compiles a filter to `struct sock_filter[]` (8 bytes an instruction, little-endian) for seccomp(2).
 * Calls of an architecture that is not listed kill the process. Throws `SECCOMP_PROFILE_INVALID`.
 */
export function compileSeccomp(
  seccomp: RuntimeSeccomp,
  architecture: SeccompArchitecture = nativeSeccompArchitecture(),
): Buffer {
  const known = compiled.get(seccomp)?.get(architecture);
  if (known) return known;
  const program = compiledFilter(seccomp, architecture) ?? compileAnew(seccomp, architecture);
  compiled.set(seccomp, new Map([...(compiled.get(seccomp) ?? []), [architecture, program]]));
  return program;
}

/** Programs of filters seen before: the steps of a build share theirs. */
const compiled = new WeakMap<RuntimeSeccomp, ReadonlyMap<SeccompArchitecture, Buffer>>();

/** What {@link compileSeccomp} gives, computed whether it is known or not. */
export function compileAnew(seccomp: RuntimeSeccomp, architecture: SeccompArchitecture): Buffer {
  const code = assembler();
  const byAudit = Map.groupBy(conventionsOf(architecture, seccomp.architectures), ({ audit }) => audit);
  let next = code.ret(KILL_PROCESS);
  for (const [audit, conventions] of [...byAudit].toReversed()) {
    const search = emitSearch(code, rangesOf(seccomp, conventions));
    code.continueAt(search);
    const numbered = code.load(OFFSET_NUMBER);
    next = code.jump('equal', audit, numbered, next);
  }
  code.continueAt(next);
  code.load(OFFSET_ARCHITECTURE);
  return code.finish();
}

/** All conventions of one audit number side by side: x32 lies above x86_64. */
function rangesOf(seccomp: RuntimeSeccomp, conventions: readonly Convention[]): readonly Range[] {
  const ranges = conventions.flatMap((convention) =>
    rangesOfVerdicts(verdictsOf(seccomp, convention), convention.offset),
  );
  const x32Closed = conventions.length === 1 && conventions[0]?.name === 'SCMP_ARCH_X86_64';
  if (x32Closed) ranges.push({ start: X32_BIT, verdict: flat(KILL_PROCESS) });
  return ranges.filter(({ verdict }, at) => at === 0 || !same(verdict, ranges[at - 1]?.verdict));
}

function rangesOfVerdicts({ byNumber, rest, unknownFrom }: Verdicts, offset: number): Range[] {
  const ranges: Range[] = [];
  let end = 0;
  for (const number of Int32Array.from(byNumber.keys()).sort()) {
    const verdict = byNumber.get(number) ?? flat(rest);
    if (number > end) ranges.push(...gap(end, number, rest, unknownFrom, offset));
    ranges.push({ start: offset + number, verdict });
    end = number + 1;
  }
  return [...ranges, ...gap(end, Number.POSITIVE_INFINITY, rest, unknownFrom, offset)];
}

/** Numbers without a rule; from `unknownFrom` on they are answered with ENOSYS. */
function gap(
  start: number,
  end: number,
  rest: number,
  unknownFrom: number | undefined,
  offset: number,
): Range[] {
  const known = { start: offset + start, verdict: flat(rest) };
  if (unknownFrom === undefined || unknownFrom >= end) return [known];
  const unknown = { start: offset + Math.max(start, unknownFrom), verdict: flat(ERRNO_ENOSYS) };
  return unknownFrom <= start ? [unknown] : [known, unknown];
}

function flat(value: number): Verdict {
  return { alternatives: [], otherwise: value };
}

function same(a: Verdict, b: Verdict | undefined): boolean {
  return (
    b !== undefined && a.alternatives.length + b.alternatives.length === 0 && a.otherwise === b.otherwise
  );
}

/** A balanced tree of comparisons over the ranges; the number is in the accumulator. */
function emitSearch(code: Assembler, ranges: readonly Range[]): Label {
  const [first] = ranges;
  if (first === undefined) return code.ret(KILL_PROCESS);
  if (ranges.length === 1) return emitVerdict(code, first.verdict);
  const middle = Math.ceil(ranges.length / 2);
  const right = emitSearch(code, ranges.slice(middle));
  const left = emitSearch(code, ranges.slice(0, middle));
  return code.jump('greaterOrEqual', ranges[middle]?.start ?? 0, right, left);
}

/** The alternatives in order, each a chain of comparisons that falls through to the next one. */
function emitVerdict(code: Assembler, { alternatives, otherwise }: Verdict): Label {
  let fail = code.ret(otherwise);
  for (const { when, action } of alternatives.toReversed()) {
    let pass = code.ret(action);
    for (const comparison of when.toReversed()) pass = emitComparison(code, comparison, pass, fail);
    fail = pass;
  }
  return fail;
}
