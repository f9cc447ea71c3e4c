// The groups above all containers: made once, with the controllers below them switched on.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CaissonError, errnoOf } from '../../core/index.ts';
import { type CgroupHost, words } from './host.ts';
import type { CgroupPlan } from './plan.ts';

/** Makes the parents of a plan's folders and enables its controllers; cheap when all is there. Throws `CGROUP_UNAVAILABLE`. */
export function prepareCgroups(plan: CgroupPlan, host: CgroupHost): void {
  try {
    for (const directory of plan.directories) prepareParent(dirname(directory), host);
    if (plan.unifiedDirectory && host.unified && plan.unifiedControllers.length > 0)
      enable(host.unified, dirname(plan.unifiedDirectory), plan.unifiedControllers);
  } catch (cause) {
    throw new CaissonError('CGROUP_UNAVAILABLE', `Cannot prepare control groups: ${String(cause)}`, {
      hint: 'Run as root where /sys/fs/cgroup is writable, or without resource limits.',
      cause,
    });
  }
}

function prepareParent(parent: string, host: CgroupHost): void {
  mkdirSync(parent, { recursive: true });
  const cpuset = host.controllers.get('cpuset');
  if (cpuset?.version === 1 && parent.startsWith(`${cpuset.mount}/`)) fillCpuset(cpuset.mount, parent);
}

/** A new version 1 cpuset is empty and takes no process: give each level what the one above has, and its children too. */
function fillCpuset(mount: string, directory: string): void {
  if (directory === mount) return;
  fillCpuset(mount, dirname(directory));
  for (const file of ['cpuset.cpus', 'cpuset.mems'])
    if (readFileSync(join(directory, file), 'utf8').trim() === '')
      writeFileSync(join(directory, file), readFileSync(join(dirname(directory), file)));
  writeFileSync(join(directory, 'cgroup.clone_children'), '1');
}

/** Enables controllers from the top down to `parent`, for the groups below it. */
function enable(top: string, parent: string, controllers: readonly string[]): void {
  const levels = parent === top ? [top] : [top, ...levelsBetween(top, parent)];
  for (const level of levels) {
    const file = join(level, 'cgroup.subtree_control');
    const enabled = words(readFileSync(file, 'utf8'));
    const missing = controllers.filter((controller) => !enabled.includes(controller));
    if (missing.length > 0) enableAt(level, file, missing.map((controller) => `+${controller}`).join(' '));
  }
}

function levelsBetween(top: string, parent: string): readonly string[] {
  const names = parent
    .slice(top.length)
    .split('/')
    .filter((name) => name !== '');
  return names.map((_, at) => join(top, ...names.slice(0, at + 1)));
}

/** Inside a container the visible top is no true root: while processes sit in it, nothing can be enabled below it. */
function enableAt(level: string, file: string, value: string): void {
  try {
    writeFileSync(file, value);
  } catch (error) {
    if (errnoOf(error) !== 'EBUSY') throw error;
    evacuate(level);
    writeFileSync(file, value);
  }
}

/** Moves the processes of a group into a leaf of its own, as Docker in Docker does. */
function evacuate(level: string): void {
  const leaf = join(level, 'init');
  mkdirSync(leaf, { recursive: true });
  for (const pid of words(readFileSync(join(level, 'cgroup.procs'), 'utf8'))) {
    try {
      writeFileSync(join(leaf, 'cgroup.procs'), pid);
    } catch (error) {
      if (errnoOf(error) !== 'ESRCH' && errnoOf(error) !== 'EINVAL') throw error;
    }
  }
}
