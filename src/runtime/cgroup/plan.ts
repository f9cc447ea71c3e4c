// A container's control groups as folders to make and files to write; pure but for a look at what the host has.

import { posix } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import type { RuntimeDeviceRule, RuntimeResources } from '../../oci/index.ts';
import { compileDeviceRules } from './device-program.ts';
import { deviceLine, devicePolicy, withRuntimeDevices } from './device-rules.ts';
import type { CgroupHost } from './host.ts';
import { type Limit, limitsOf } from './limits.ts';

/** A value to write into a file; when `optional`, a file that is missing or refuses is passed over with a warning. */
export interface CgroupWrite {
  readonly path: string;
  readonly value: string;
  readonly optional?: string;
}

/** What the launcher does around a container. Everything is in order. */
export interface CgroupPlan {
  /** Folders to make, parents first; one that exists is fine. The parents are {@link prepareCgroups}' work. */
  readonly directories: readonly string[];
  readonly writes: readonly CgroupWrite[];
  /** The `cgroup.procs` files that take the process (0 for the writer itself); the version 2 one is not among them. */
  readonly procs: readonly string[];
  /** The version 2 folder: for CLONE_INTO_CGROUP, or its `cgroup.procs`. */
  readonly unifiedDirectory: string | undefined;
  /** eBPF to load as BPF_PROG_TYPE_CGROUP_DEVICE and attach to {@link unifiedDirectory} before the process starts. */
  readonly deviceProgram: Buffer | undefined;
  /** Controllers that must be enabled below the version 2 parent, for {@link prepareCgroups}. */
  readonly unifiedControllers: readonly string[];
  /** Folders to remove (rmdir) afterwards. */
  readonly removals: readonly string[];
  /** What cannot be limited on this host, for people. */
  readonly warnings: readonly string[];
  /** The group's folder in the memory hierarchy, for {@link oomKills} and {@link memoryUsage}. */
  readonly memory: { readonly version: 1 | 2; readonly directory: string } | undefined;
}

/** How a plan is made. */
export interface CgroupOptions {
  /** Below which all groups lie, in every hierarchy; default `caisson`. */
  readonly parent?: string;
  /** Join the memory, cpu and pids hierarchies even without limits, so that use and OOM kills can be read (containers, not steps). */
  readonly accounting?: boolean;
}

const accounted = ['memory', 'cpu', 'cpuacct', 'pids'];

/** The plan for container `id`; throws `CGROUP_INVALID`. */
export function cgroupPlan(
  id: string,
  resources: RuntimeResources,
  host: CgroupHost,
  options: CgroupOptions = {},
): CgroupPlan {
  const group = posix.join(checkParent(options.parent ?? 'caisson'), checkName(id));
  const limits = limitsOf(resources);
  const devices = devicesOf(resources.devices ?? [], host);
  const wanted = new Set([
    ...limits.map(({ controller }) => controller),
    ...(options.accounting ? accounted : []),
  ]);
  const joined = [...wanted, ...devices.joins].filter((name) => host.controllers.has(name));
  const directoryOf = (controller: string) =>
    posix.join(host.controllers.get(controller)?.mount ?? '', group);
  const unifiedControllers = joined.filter((name) => host.controllers.get(name)?.version === 2);
  const legacy = joined.filter((name) => host.controllers.get(name)?.version === 1).map(directoryOf);
  // Where there is nothing else, a container has a group even without controllers: all of its processes are found by it.
  const aloneUnified = [...host.controllers.values()].every(({ version }) => version === 2);
  const useUnified =
    unifiedControllers.length > 0 || devices.program !== undefined || (options.accounting && aloneUnified);
  const unifiedDirectory = useUnified && host.unified ? posix.join(host.unified, group) : undefined;
  const directories = [...new Set([...legacy, ...(unifiedDirectory ? [unifiedDirectory] : [])])];
  const memory = joined.includes('memory') ? host.controllers.get('memory') : undefined;
  return {
    directories,
    writes: [
      ...limits.flatMap((limit) => limitWrites(limit, host, directoryOf)),
      ...devices.lines.map((line) => ({
        path: posix.join(directoryOf('devices'), line.file),
        value: line.value,
      })),
    ],
    procs: [...new Set(legacy)].map((directory) => posix.join(directory, 'cgroup.procs')),
    unifiedDirectory,
    deviceProgram: devices.program,
    unifiedControllers,
    removals: directories.toReversed(),
    warnings: [...missingWarnings(limits, host), ...devices.warnings],
    memory: memory && { version: memory.version, directory: directoryOf('memory') },
  };
}

function limitWrites(
  { controller, legacy, unified }: Limit,
  host: CgroupHost,
  directoryOf: (controller: string) => string,
): readonly CgroupWrite[] {
  const version = host.controllers.get(controller)?.version;
  const files = version === undefined ? [] : version === 1 ? legacy : unified;
  return files.map(({ file, ...write }) => ({ path: posix.join(directoryOf(controller), file), ...write }));
}

function missingWarnings(limits: readonly Limit[], host: CgroupHost): readonly string[] {
  const missing = new Set(
    limits.map(({ controller }) => controller).filter((name) => !host.controllers.has(name)),
  );
  return [...missing].map(
    (name) => `This host has no '${name}' cgroup controller: its limits are not applied`,
  );
}

interface DevicePart {
  readonly joins: readonly string[];
  readonly lines: readonly { readonly file: string; readonly value: string }[];
  readonly program: Buffer | undefined;
  readonly warnings: readonly string[];
}

/** Device rules as lines of version 1 or as a program of version 2; a new version 1 group allows what its parent does. */
function devicesOf(rules: readonly RuntimeDeviceRule[], host: CgroupHost): DevicePart {
  const none: DevicePart = { joins: [], lines: [], program: undefined, warnings: [] };
  if (rules.length === 0) return none;
  const all = withRuntimeDevices(rules);
  const { allowByDefault, exceptions } = devicePolicy(all);
  if (allowByDefault && exceptions.length === 0) return none;
  if (host.controllers.get('devices')?.version === 1) {
    const file = allowByDefault ? 'devices.deny' : 'devices.allow';
    const lines = exceptions.map((exception) => ({ file, value: deviceLine(exception) }));
    return { ...none, joins: ['devices'], lines: [...(allowByDefault ? [] : [denyAll]), ...lines] };
  }
  if (host.unified !== undefined) return { ...none, program: compileDeviceRules(all) };
  return {
    ...none,
    warnings: ['This host has no cgroups for devices: the container can use all device nodes it can open'],
  };
}

const denyAll = { file: 'devices.deny', value: 'a' } as const;

function checkName(id: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,200}$/.test(id)) return id;
  throw new CaissonError('CGROUP_INVALID', `The container id '${id}' cannot name a control group`, {
    hint: "Use letters, digits, '_', '.' and '-', a letter or digit first.",
  });
}

function checkParent(parent: string): string {
  const parts = parent.split('/').filter((part) => part !== '');
  return parts.length === 0 ? '' : parts.map(checkName).join('/');
}
