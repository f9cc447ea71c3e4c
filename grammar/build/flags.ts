// Checks an instruction's flags against those it knows.

import type { Flag, InstructionKind } from '../ast.ts';
import { flagsOf } from '../flags.ts';
import { suggest } from '../suggest.ts';
import type { Reporter } from './report.ts';

/** Reports unknown, repeated and ill-valued flags. */
export function checkFlags(kind: InstructionKind, flags: readonly Flag[], reporter: Reporter): void {
  const known = flagsOf[kind] ?? {};
  const seen = new Set<string>();
  for (const flag of flags) {
    const type = Object.hasOwn(known, flag.name) ? known[flag.name] : undefined;
    if (!type) reportUnknown(flag, Object.keys(known), reporter);
    else if (type !== 'many' && seen.has(flag.name)) reporter.report('duplicate-flag', flag.range, flag.name);
    else if (type === 'switch') checkSwitch(flag, reporter);
    else if (flag.value === undefined) reporter.report('flag-value-missing', flag.range, flag.name);
    seen.add(flag.name);
  }
}

function reportUnknown(flag: Flag, known: readonly string[], reporter: Reporter): void {
  reporter.report('unknown-flag', flag.nameRange, flag.name, suggest(flag.name.toLowerCase(), known), known);
}

function checkSwitch({ name, value, range, valueRange }: Flag, reporter: Reporter): void {
  if (value === '') reporter.report('flag-value-missing', range, name);
  else if (value !== undefined && !/^(?:true|false)$/i.test(value)) {
    reporter.report('flag-not-boolean', valueRange ?? range, name, value);
  }
}

/** The flag of that name, if given. */
export function findFlag(flags: readonly Flag[], name: string): Flag | undefined {
  return flags.find((flag) => flag.name === name);
}

/** A switch's state, undefined when not given. */
export function switchValue(flags: readonly Flag[], name: string): boolean | undefined {
  const flag = findFlag(flags, name);
  return flag && (flag.value === undefined || flag.value.toLowerCase() === 'true');
}

/** A field that is only there when it has a value. */
export function optional<K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [name]: value } as Record<K, T>);
}
