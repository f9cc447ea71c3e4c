// Plans as files of a folder, named by their keys; those read longest ago go first.

import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../core/index.ts';
import { isOwn, planFile, readPlanFile } from './file.ts';
import type { PlanStore } from './types.ts';

const mostPlans = 128;
const largest = 8 * 1024 * 1024;

/** Opens the plans in `folder`, which is made with the first one; `session` names this process's files. */
export function openPlans(folder: string, session: string): PlanStore {
  return {
    get: (key) => read(folder, key),
    put(key, plan) {
      if (plan.length > largest) return;
      const file = join(folder, `${session}.new`);
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        if (!isOwnFolder(folder)) return;
        forgetOldest(folder);
        writeFileSync(file, planFile(key, plan), { mode: 0o600, flag: 'wx' });
        renameSync(file, join(folder, key));
      } catch {
        rmSync(file, { force: true });
      }
    },
    clear() {
      const bytes = listed(folder).reduce((sum, { size }) => sum + size, 0);
      rmSync(folder, { recursive: true, force: true });
      return bytes;
    },
  };
}

/** Its time says when it was last of use. */
function read(folder: string, key: string): Buffer | undefined {
  try {
    return isOwnFolder(folder) ? readPlanFile(join(folder, key), key, 2 * largest) : undefined;
  } catch {
    return undefined;
  }
}

function isOwnFolder(folder: string): boolean {
  const stats = lstatSync(folder);
  return stats.isDirectory() && isOwn(stats);
}

function forgetOldest(folder: string): void {
  const plans = listed(folder);
  if (plans.length < mostPlans) return;
  const oldest = plans.toSorted((a, b) => a.time - b.time).slice(0, plans.length - mostPlans + 1);
  for (const { file } of oldest) rmSync(file, { force: true });
}

interface PlanFile {
  readonly file: string;
  readonly size: number;
  readonly time: number;
}

/** Another process may forget one at the same time. */
function listed(folder: string): readonly PlanFile[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const file = join(folder, name);
      const found = lstatSync(file, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ file, size: found.size, time: found.mtimeMs }];
    });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
