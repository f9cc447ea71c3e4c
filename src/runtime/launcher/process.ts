// Plans the process: limits, user, capabilities, seccomp, environment, command.

import { CaissonError } from '../../core/index.ts';
import type { RuntimeProcess } from '../../oci/index.ts';
import { CAPABILITIES, RLIMITS } from './constants.ts';
import { childStep, type Step } from './step.ts';

/** What a process needs beyond its own description. */
export interface ProcessContext {
  /** The step that installs the filter: the container's own, or the one taken over by an exec. */
  readonly seccomp: readonly Step[];
  readonly softRlimits?: readonly string[];
}

/** Steps from limits to exec, in the only order that keeps the privileges each still needs. */
export function processSteps(process: RuntimeProcess, context: ProcessContext): readonly Step[] {
  const { user, capabilities } = process;
  return [
    ...rlimitSteps(process, context.softRlimits ?? []),
    childStep('umask', user.umask ?? 0o022),
    ...(capabilities ? [childStep('bounding', mask(capabilities.bounding))] : []),
    { ...childStep('cwd', process.cwd), optional: true },
    childStep('user', user.uid, user.gid, ...(user.additionalGids ?? [])),
    childStep('ambient', mask(capabilities?.inheritable), mask(capabilities?.ambient)),
    childStep('cwd', process.cwd),
    childStep('die-with-parent'),
    ...(process.noNewPrivileges ? [childStep('no-new-privs')] : []),
    ...context.seccomp,
    ...capabilityStep(process),
    childStep('environment', ...process.env),
    childStep('exec', ...process.args),
  ];
}

/** A terminal's size in the order the launcher takes it. */
export function terminalStep(process: RuntimeProcess): readonly Step[] {
  if (!process.terminal) return [];
  const { width = 0, height = 0 } = process.consoleSize ?? {};
  return [childStep('terminal', '/dev/pts/ptmx', width, height)];
}

function capabilityStep({ capabilities, user }: RuntimeProcess): readonly Step[] {
  if (capabilities === undefined) return [];
  const { effective, permitted, inheritable } = capabilities;
  // Without ambient ones execve empties these sets for other users; so does this, lest the command's own setup differ.
  const kept = user.uid === 0 ? permitted : [...(capabilities.ambient ?? [])];
  const inEffect = user.uid === 0 ? effective : kept;
  return [childStep('capabilities', mask(inEffect), mask(kept), mask(inheritable))];
}

function rlimitSteps({ rlimits = [] }: RuntimeProcess, soft: readonly string[]): readonly Step[] {
  return rlimits.map(({ type, soft: current, hard }) => {
    const number = RLIMITS.indexOf(type);
    if (number < 0) throw new CaissonError('RUNTIME_FAILED', `There is no resource limit '${type}'`);
    return childStep('rlimit', number, limit(current), limit(hard), soft.includes(type) ? 1 : 0, type);
  });
}

const INFINITY = 0xffff_ffff_ffff_ffffn;

function limit(value: number): bigint {
  return Number.isFinite(value) && value >= 0 ? BigInt(Math.trunc(value)) : INFINITY;
}

/** Capability names as a bit mask; names this version does not know are left out, as OCI runtimes do. */
function mask(names: readonly string[] = []): bigint {
  return names.reduce((bits, name) => {
    const number = CAPABILITIES.indexOf(name);
    return number < 0 ? bits : bits | (1n << BigInt(number));
  }, 0n);
}
