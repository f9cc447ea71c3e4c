// Compiles a runtime-spec config and a root file system into the launcher's plan.

import { posix } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import type { RuntimeProcess, RuntimeSpec } from '../../oci/index.ts';
import { compileSeccomp } from '../seccomp/index.ts';
import type { Bundle } from '../types.ts';
import { MS } from './constants.ts';
import { deviceSteps } from './devices.ts';
import { propagations } from './mount-options.ts';
import { type CgroupMounts, mountSteps, protectionSteps } from './mounts.ts';
import { cgroupNamespaceStep, namespaceSteps } from './namespaces.ts';
import { processSteps, terminalStep } from './process.ts';
import { hiddenSteps, rootSteps } from './root.ts';
import { childStep, type Step, setting } from './step.ts';

/** What the plan needs to know of this machine's control groups. */
export interface CgroupSteps {
  /** Making the groups and setting their limits, naming those to enter, removing them. */
  readonly steps: readonly Step[];
  /** Whether there are groups of version 1, which the supervisor enters for the process: it waits for that by {@link joinSteps}. */
  readonly joins: boolean;
  readonly mounts: CgroupMounts;
}

/** How the supervisor is to serve the container. */
export interface PlanOptions {
  /** Mountpoints that are made on the way are taken away at the end (build steps). */
  readonly transient: boolean;
  readonly openStdin: boolean;
  /** Where log, socket and exit status go; absent: a build step, which ends with its starter. */
  readonly directory?: string;
  /** What the starter gets from the first byte on. */
  readonly attach: number;
  /** A host command for the end of a container nobody waits for. */
  readonly exitCommand?: readonly string[];
  readonly cgroup: CgroupSteps;
}

/** The plan of a container. Pure; throws `RUNTIME_FAILED` for what the launcher does not do. */
export function compilePlan(bundle: Bundle, options: PlanOptions): readonly Step[] {
  const { spec, root } = bundle;
  const { linux, process } = spec;
  // It begins at the group that the process is in by then, and cgroup mounts show it; else the process waits as late as it can.
  const namespace = cgroupNamespaceStep(linux.namespaces);
  return [
    ...settingSteps(bundle, options),
    ...namespaceSteps(linux.namespaces, bundle.link),
    ...options.cgroup.steps,
    ...(namespace.length > 0 ? joinSteps(options.cgroup) : []),
    ...namespace,
    childStep('propagation', propagation(linux.rootfsPropagation)),
    ...hiddenSteps(bundle),
    ...rootSteps(root),
    ...mountSteps(spec.mounts, { transient: options.transient, cgroupMounts: options.cgroup.mounts }),
    ...deviceSteps(spec),
    ...terminalStep(process),
    ...(process.terminal ? [childStep('console', '/dev/console')] : []),
    ...protectionSteps(spec),
    { ...childStep('make-cwd', process.cwd), transient: false },
    ...(spec.root.readonly || root.upper === undefined ? [childStep('readonly-root')] : []),
    ...kernelSteps(spec),
    childStep('pivot'),
    ...(namespace.length > 0 ? [] : joinSteps(options.cgroup)),
    ...processSteps(process, {
      seccomp: seccompStep(linux.seccomp),
      ...(bundle.softRlimits ? { softRlimits: bundle.softRlimits } : {}),
    }),
  ];
}

/** Waiting until the process is in its groups. */
export function joinSteps({ joins }: CgroupSteps): readonly Step[] {
  return joins ? [childStep('join-cgroups')] : [];
}

/** The plan of a process that enters a running container; seccomp is the container's own. */
export function compileExecPlan(process: RuntimeProcess, openStdin: boolean): readonly Step[] {
  return [
    ...(openStdin ? [setting('stdin')] : []),
    ...terminalStep(process),
    ...processSteps(process, { seccomp: [childStep('seccomp-inherit')] }),
  ];
}

function settingSteps({ root, init }: Bundle, options: PlanOptions): readonly Step[] {
  return [
    setting('attach', options.attach),
    ...(options.directory === undefined ? [] : [setting('directory-of-container', options.directory)]),
    ...(options.openStdin ? [setting('stdin')] : []),
    ...(options.exitCommand ? [setting('exit-command', ...options.exitCommand)] : []),
    ...(init ? [setting('init')] : []),
    ...(options.transient && root.upper !== undefined ? [setting('upper', root.upper)] : []),
  ];
}

function propagation(name = 'rslave'): number {
  return propagations[name] ?? MS.SLAVE | MS.REC;
}

/** What is written through the host's /proc, while it is still there: it acts on the namespaces of the writer. */
function kernelSteps({ hostname, domainname, linux, process }: RuntimeSpec): readonly Step[] {
  const { oomScoreAdj = 0 } = process;
  return [
    ...(hostname === undefined ? [] : [childStep('hostname', hostname)]),
    ...(domainname === undefined ? [] : [childStep('domainname', domainname)]),
    ...Object.entries(linux.sysctl ?? {}).map(([key, value]) => childStep('write', sysctlPath(key), value)),
    ...(oomScoreAdj === 0 ? [] : [childStep('write', '/proc/self/oom_score_adj', oomScoreAdj)]),
  ];
}

function sysctlPath(key: string): string {
  const path = posix.join('/proc/sys', key.includes('/') ? key : key.replaceAll('.', '/'));
  if (path.startsWith('/proc/sys/')) return path;
  throw new CaissonError('RUNTIME_FAILED', `The sysctl '${key}' is no name below /proc/sys`);
}

const filters = new WeakMap<object, Buffer>();

function seccompStep(seccomp: RuntimeSpec['linux']['seccomp']): readonly Step[] {
  if (seccomp === undefined) return [];
  const filter = filters.get(seccomp) ?? compileSeccomp(seccomp);
  filters.set(seccomp, filter);
  return [childStep('seccomp', filter, seccompFlags(seccomp.flags ?? []))];
}

function seccompFlags(names: readonly string[]): number {
  const known: Readonly<Record<string, number>> = {
    SECCOMP_FILTER_FLAG_TSYNC: 1,
    SECCOMP_FILTER_FLAG_LOG: 2,
    SECCOMP_FILTER_FLAG_SPEC_ALLOW: 4,
  };
  return names.reduce((bits, name) => bits | (known[name] ?? 0), 0);
}
