// A container's control groups as steps of its plan.

import { rmdirSync } from 'node:fs';
import { posix } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import type { RuntimeSpec } from '../../oci/index.ts';
import { type CgroupPlan, cgroupMounts, cgroupPlan, detectCgroups, prepareCgroups } from '../cgroup/index.ts';
import { type CgroupSteps, childStep, type Step, setting } from '../launcher/index.ts';
import type { Bundle } from '../types.ts';

/**
 * Making, limiting, entering and removing the groups of a bundle, at `linux.cgroupsPath` or under the bundle's id.
 * Makes their parents. `accounting`: also where nothing is limited, so that OOM kills are seen.
 */
export function cgroupSteps({ id, spec }: Bundle, accounting: boolean): CgroupSteps {
  const host = detectCgroups();
  const { name, parent } = placeOf(id, spec);
  const plan = cgroupPlan(name, spec.linux.resources ?? {}, host, {
    accounting,
    ...(parent === undefined ? {} : { parent }),
  });
  prepareCgroups(plan, host);
  const namespaced = spec.linux.namespaces.some(({ type }) => type === 'cgroup');
  return { steps: planSteps(plan), mounts: (mount) => cgroupMounts(mount, plan, host, namespaced) };
}

/** Removes the groups that a supervisor killed before its end left behind; nothing to remove is no error. */
export function removeCgroups(id: string, parent = 'caisson'): void {
  const { controllers, unified } = detectCgroups();
  const tops = new Set([
    ...[...controllers.values()].map(({ mount }) => mount),
    ...(unified ? [unified] : []),
  ]);
  for (const top of tops) removeGroup(posix.join(top, parent, posix.basename(id)));
}

function removeGroup(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

function placeOf(id: string, { linux }: RuntimeSpec): { readonly name: string; readonly parent?: string } {
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
    ...plan.procs.map((procs) => childStep('join-cgroup', posix.dirname(procs))),
    ...plan.removals.map((directory): Step => ({ phase: 'undo', name: 'remove-cgroup', args: [directory] })),
  ];
}

const oomFiles = { 1: 'memory.oom_control', 2: 'memory.events' } as const;
