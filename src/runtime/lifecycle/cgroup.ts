// A container's control groups as steps of its plan.

import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import { posix } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../../core/index.ts';
import type { RuntimeSpec } from '../../oci/index.ts';
import { isAlive, type SessionId } from '../../store/index.ts';
import { type CgroupPlan, cgroupMounts, cgroupPlan, detectCgroups, prepareCgroups } from '../cgroup/index.ts';
import { type CgroupSteps, type Step, setting } from '../launcher/index.ts';

/** Whose groups they are. */
export interface CgroupOwner {
  readonly id: string;
  readonly spec: Pick<RuntimeSpec, 'linux'>;
}

/**
 * Making, limiting, entering and removing the groups of a bundle, at `linux.cgroupsPath` or under the bundle's id.
 * Makes their parents. `accounting`: also where nothing is limited, so that OOM kills are seen.
 */
export function cgroupSteps({ id, spec }: CgroupOwner, accounting: boolean): CgroupSteps {
  const host = detectCgroups();
  const { name, parent } = placeOf(id, spec);
  const plan = cgroupPlan(name, spec.linux.resources ?? {}, host, {
    accounting,
    ...(parent === undefined ? {} : { parent }),
  });
  prepareCgroups(plan, host);
  const namespaced = spec.linux.namespaces.some(({ type }) => type === 'cgroup');
  return {
    steps: planSteps(plan),
    joins: plan.procs.length > 0,
    mounts: (mount) => cgroupMounts(mount, plan, host, namespaced),
  };
}

/** Removes the groups that a supervisor killed before its end left behind, with those made within; nothing to remove is no error, what still has processes stays. */
export async function removeCgroups(id: string, parent = 'caisson'): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (const top of hierarchies()) {
    const directory = posix.join(top, parent, posix.basename(id));
    while (!removeGroup(directory) && Date.now() < deadline) await sleep(5);
  }
}

/** Removes the group at `path` in every hierarchy where nothing is in it any more. */
export function removeEmptyCgroup(path: string): void {
  for (const top of hierarchies()) {
    try {
      rmdirSync(posix.join(top, posix.join('/', path)));
    } catch (error) {
      if (!inUse.has(errnoOf(error) ?? '')) throw error;
    }
  }
}

/** Something is in it, or it is not there; elsewhere nothing was made. */
const inUse: ReadonlySet<string> = new Set(['EBUSY', 'ENOTEMPTY', 'ENOENT', 'EROFS', 'EACCES', 'EPERM']);

/** How long the processes of a killed supervisor may take to die, in milliseconds. */
const PATIENCE = 500;

/** The names of all groups below `parent`, of running containers and of dead ones. */
export function listCgroups(parent = 'caisson'): readonly string[] {
  return [...new Set(hierarchies().flatMap((top) => groupsIn(posix.join(top, parent))))];
}

/** The name of the groups of a process's build steps; it ends with the name of the root's run directory. */
export function stepGroup(session: SessionId, runDirectory: string): string {
  return `${STEPS}${session}-${posix.basename(runDirectory)}`;
}

/** The names of the groups of build steps whose process is dead: its launcher was killed too. Of all roots, or of one. */
export function strayStepGroups(runDirectory = ''): readonly string[] {
  const end = posix.basename(runDirectory);
  return listCgroups().filter(
    (name) => name.startsWith(STEPS) && name.endsWith(end) && !isAlive(name.slice(STEPS.length)),
  );
}

const STEPS = 'steps-';

function hierarchies(): readonly string[] {
  const { controllers, unified } = detectCgroups();
  return [
    ...new Set([...[...controllers.values()].map(({ mount }) => mount), ...(unified ? [unified] : [])]),
  ];
}

function groupsIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
}

/** False when there are still processes in the group. */
function removeGroup(directory: string): boolean {
  try {
    for (const name of groupsIn(directory)) removeGroup(posix.join(directory, name));
    rmdirSync(directory);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EBUSY') return false;
    if (errnoOf(error) === 'ENOENT') return true;
    throw error;
  }
}

function placeOf(
  id: string,
  { linux }: Pick<RuntimeSpec, 'linux'>,
): { readonly name: string; readonly parent?: string } {
  if (linux.cgroupsPath === undefined) return { name: id };
  return {
    name: posix.basename(linux.cgroupsPath),
    parent: posix.dirname(posix.join('/', linux.cgroupsPath)),
  };
}

function planSteps(plan: CgroupPlan): readonly Step[] {
  const { unifiedDirectory, deviceProgram, memory } = plan;
  const prepare = (name: string, ...args: Step['args']): Step => ({ phase: 'prepare', name, args });
  return [
    ...plan.directories.map((directory) => prepare('make-cgroup', directory)),
    ...plan.writes.map(({ path, value, optional }) => ({
      ...prepare('write', path, value),
      optional: optional !== undefined,
    })),
    ...(deviceProgram && unifiedDirectory
      ? [prepare('device-program', unifiedDirectory, deviceProgram)]
      : []),
    ...(unifiedDirectory ? [setting('cgroup', unifiedDirectory)] : []),
    ...(memory ? [setting('oom', posix.join(memory.directory, oomFiles[memory.version]))] : []),
    ...plan.procs.map((procs) => setting('v1-cgroup', posix.dirname(procs))),
    ...plan.removals.map((directory): Step => ({ phase: 'undo', name: 'remove-cgroup', args: [directory] })),
  ];
}

const oomFiles = { 1: 'memory.oom_control', 2: 'memory.events' } as const;
