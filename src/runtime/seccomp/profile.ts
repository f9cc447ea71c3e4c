// Docker's seccomp profiles: conditions on capabilities, architecture and kernel, resolved to runtime-spec rules.

import { CaissonError } from '../../core/index.ts';
import type { RuntimeSeccomp, RuntimeSyscallRule } from '../../oci/index.ts';
import defaultProfile from './default-profile.json' with { type: 'json' };

/** When a rule of a profile applies: all that is listed must hold (`includes`), or any of it bars the rule (`excludes`). */
export interface ProfileCondition {
  readonly arches?: readonly string[];
  readonly caps?: readonly string[];
  /** `4.8` */
  readonly minKernel?: string;
}

/** A rule of a profile. */
export interface SeccompProfileRule extends Partial<RuntimeSyscallRule> {
  /** Old form of `names`. */
  readonly name?: string;
  readonly action: string;
  readonly includes?: ProfileCondition;
  readonly excludes?: ProfileCondition;
}

/** A profile as Docker's `--security-opt seccomp=FILE` takes it. */
export interface SeccompProfile {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures?: readonly string[];
  readonly archMap?: readonly {
    readonly architecture: string;
    readonly subArchitectures?: readonly string[] | null;
  }[];
  readonly flags?: readonly string[];
  readonly syscalls?: readonly SeccompProfileRule[] | null;
}

/** What a profile's conditions are judged by. */
export interface ResolveContext {
  /** The bounding set (`CAP_SYS_ADMIN`). */
  readonly capabilities: readonly string[];
  readonly architecture: 'x86_64' | 'aarch64';
  /** `uname -r`. */
  readonly kernel: string;
}

/** Docker's default profile. */
export const defaultSeccompProfile: SeccompProfile = defaultProfile as SeccompProfile;

const goNames = { x86_64: 'amd64', aarch64: 'arm64' } as const;
const specNames = { x86_64: 'SCMP_ARCH_X86_64', aarch64: 'SCMP_ARCH_AARCH64' } as const;

/** The rules of `profile` that hold in `context`, as the runtime specification wants them; `architectures` as Docker fills them. */
export function resolveSeccomp(profile: SeccompProfile, context: ResolveContext): RuntimeSeccomp {
  const key = JSON.stringify([context.architecture, context.kernel, context.capabilities]);
  const known = resolved.get(profile)?.get(key);
  if (known) return known;
  const fresh = resolve(profile, context);
  resolved.set(profile, new Map([...(resolved.get(profile) ?? []), [key, fresh]]));
  return fresh;
}

/** What was resolved before, so that equal containers share one filter and it is compiled once. */
const resolved = new WeakMap<SeccompProfile, ReadonlyMap<string, RuntimeSeccomp>>();

function resolve(profile: SeccompProfile, context: ResolveContext): RuntimeSeccomp {
  const native = specNames[context.architecture];
  const mapped = profile.archMap?.find((entry) => entry.architecture === native);
  const architectures = profile.architectures ?? (mapped && [native, ...(mapped.subArchitectures ?? [])]);
  return {
    defaultAction: profile.defaultAction,
    ...(profile.defaultErrnoRet === undefined ? {} : { defaultErrnoRet: profile.defaultErrnoRet }),
    ...(architectures ? { architectures } : {}),
    ...(profile.flags ? { flags: profile.flags } : {}),
    syscalls: (profile.syscalls ?? []).filter((rule) => applies(rule, context)).map(specRule),
  };
}

/** Reads a profile from JSON text; throws `SECCOMP_PROFILE_INVALID`. */
export function parseSeccompProfile(text: string): SeccompProfile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null) throw invalid('it is not a JSON object');
  const profile = value as SeccompProfile;
  if (typeof profile.defaultAction !== 'string') throw invalid("'defaultAction' is missing");
  if (profile.architectures?.length && profile.archMap?.length)
    throw invalid("it has both 'architectures' and 'archMap', and may have only one");
  if (!Array.isArray(profile.syscalls ?? [])) throw invalid("'syscalls' is not a list");
  for (const rule of profile.syscalls ?? []) checkRule(rule);
  return profile;
}

function checkRule(rule: SeccompProfileRule): void {
  if (typeof rule?.action !== 'string') throw invalid("a rule of 'syscalls' has no 'action'");
  if (rule.name && rule.names?.length)
    throw invalid(`the rule for '${rule.name}' has both 'name' and 'names'`);
  if (!rule.name && !Array.isArray(rule.names))
    throw invalid("a rule of 'syscalls' has neither 'name' nor 'names'");
  for (const list of [
    rule.args,
    rule.includes?.caps,
    rule.excludes?.caps,
    rule.includes?.arches,
    rule.excludes?.arches,
  ])
    if (!Array.isArray(list ?? []))
      throw invalid(`the rule for '${rule.name ?? rule.names?.[0]}' has a value where a list is expected`);
}

function invalid(reason: string, cause?: unknown): CaissonError {
  return new CaissonError('SECCOMP_PROFILE_INVALID', `The seccomp profile cannot be used: ${reason}`, {
    hint: "Give a profile in Docker's format, or 'unconfined'.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function applies(rule: SeccompProfileRule, context: ResolveContext): boolean {
  const { includes, excludes } = rule;
  const arch = goNames[context.architecture];
  const has = (capability: string) => context.capabilities.includes(capability);
  if (excludes?.arches?.includes(arch) || excludes?.caps?.some(has)) return false;
  if (excludes?.minKernel && kernelAtLeast(context.kernel, excludes.minKernel)) return false;
  if (includes?.arches?.length && !includes.arches.includes(arch)) return false;
  if (!(includes?.caps ?? []).every(has)) return false;
  return !includes?.minKernel || kernelAtLeast(context.kernel, includes.minKernel);
}

function kernelAtLeast(kernel: string, minimum: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  const [minMajor = 0, minMinor = 0] = minimum.split('.').map((part) => Number.parseInt(part, 10));
  return major > minMajor || (major === minMajor && minor >= minMinor);
}

function specRule(rule: SeccompProfileRule): RuntimeSyscallRule {
  return {
    names: rule.names ?? (rule.name === undefined ? [] : [rule.name]),
    action: rule.action,
    ...(rule.errnoRet === undefined ? {} : { errnoRet: rule.errnoRet }),
    ...(rule.args?.length ? { args: rule.args } : {}),
  };
}
