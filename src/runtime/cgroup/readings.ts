// What a group's memory files tell: bytes in use, and whether the kernel killed for lack of it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CgroupPlan } from './plan.ts';

/** How many processes of the group were killed for lack of memory; 0 when the group is gone or not accounted. */
export function oomKills({ memory }: Pick<CgroupPlan, 'memory'>): number {
  const file = memory?.version === 1 ? 'memory.oom_control' : 'memory.events';
  const text = memory && read(join(memory.directory, file));
  return Number(/^oom_kill (\d+)$/m.exec(text ?? '')?.[1] ?? 0);
}

/** Bytes the group uses now and at most used, where the kernel tells. */
export function memoryUsage({ memory }: Pick<CgroupPlan, 'memory'>): {
  readonly current?: number;
  readonly peak?: number;
} {
  if (!memory) return {};
  const [current, peak] = (
    memory.version === 1
      ? ['memory.usage_in_bytes', 'memory.max_usage_in_bytes']
      : ['memory.current', 'memory.peak']
  ).map((file) => read(join(memory.directory, file)));
  return {
    ...(current === undefined ? {} : { current: Number(current) }),
    ...(peak === undefined ? {} : { peak: Number(peak) }),
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
