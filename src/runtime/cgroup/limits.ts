// Resource limits as the files of both cgroup versions, in the order in which they must be written.

import type { RuntimeResources } from '../../oci/index.ts';

/** One value and the file for it; `optional`: what to tell people when the host has no such file. */
export interface LimitFile {
  readonly file: string;
  readonly value: string;
  readonly optional?: string;
}

/** A limit in both versions. */
export interface Limit {
  readonly controller: string;
  readonly legacy: readonly LimitFile[];
  readonly unified: readonly LimitFile[];
}

const UNLIMITED = -1;

/** Docker warns and goes on where the kernel was started without swap accounting. */
const NO_SWAP_LIMIT =
  'Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.';

/** The limits that are asked for. */
export function limitsOf({ memory, cpu, pids }: RuntimeResources): readonly Limit[] {
  return [
    ...cpusetLimits(cpu ?? {}),
    ...memoryLimits(memory ?? {}),
    ...cpuLimits(cpu ?? {}),
    ...pidsLimits(pids),
  ];
}

/** Version 1 counts memory and swap together and wants that limit after the lower one; version 2 counts swap alone. */
function memoryLimits(memory: NonNullable<RuntimeResources['memory']>): readonly Limit[] {
  const { limit = 0, reservation = 0, swap = 0 } = memory;
  const limits: Limit[] = [];
  if (limit !== 0) limits.push(of('memory', 'memory.limit_in_bytes', 'memory.max', limit));
  if (reservation !== 0) limits.push(of('memory', 'memory.soft_limit_in_bytes', 'memory.low', reservation));
  if (swap !== 0) {
    const unified = swap === UNLIMITED ? UNLIMITED : Math.max(0, swap - Math.max(0, limit));
    limits.push({
      controller: 'memory',
      legacy: [{ file: 'memory.memsw.limit_in_bytes', value: String(swap), optional: NO_SWAP_LIMIT }],
      unified: [{ file: 'memory.swap.max', value: orMax(unified), optional: NO_SWAP_LIMIT }],
    });
  }
  return limits;
}

function cpuLimits(cpu: NonNullable<RuntimeResources['cpu']>): readonly Limit[] {
  const { shares = 0, quota = 0, period = 0 } = cpu;
  const limits: Limit[] = [];
  if (shares !== 0)
    limits.push({
      controller: 'cpu',
      legacy: [{ file: 'cpu.shares', value: String(shares) }],
      unified: [{ file: 'cpu.weight', value: String(weightOf(shares)) }],
    });
  if (quota !== 0 || period !== 0)
    limits.push({
      controller: 'cpu',
      legacy: [
        ...(period === 0 ? [] : [{ file: 'cpu.cfs_period_us', value: String(period) }]),
        ...(quota === 0 ? [] : [{ file: 'cpu.cfs_quota_us', value: String(quota) }]),
      ],
      unified: [{ file: 'cpu.max', value: `${quota > 0 ? quota : 'max'} ${period || 100_000}` }],
    });
  return limits;
}

/** runc's line from shares of 2 to 262144 to weights of 1 to 10000. */
function weightOf(shares: number): number {
  const bounded = Math.min(262_144, Math.max(2, shares));
  return 1 + Math.floor(((bounded - 2) * 9999) / 262_142);
}

/** A version 1 group has both sets filled before it takes a process: prepareCgroups has the kernel copy the parent's. */
function cpusetLimits({ cpus, mems }: NonNullable<RuntimeResources['cpu']>): readonly Limit[] {
  if (!cpus && !mems) return [];
  const asked = [
    ...(cpus ? [{ file: 'cpuset.cpus', value: cpus }] : []),
    ...(mems ? [{ file: 'cpuset.mems', value: mems }] : []),
  ];
  return [{ controller: 'cpuset', legacy: asked, unified: asked }];
}

function pidsLimits(pids: RuntimeResources['pids']): readonly Limit[] {
  if (!pids || pids.limit === 0) return [];
  const file = { file: 'pids.max', value: orMax(pids.limit) };
  return [{ controller: 'pids', legacy: [file], unified: [file] }];
}

function of(controller: string, legacy: string, unified: string, value: number): Limit {
  return {
    controller,
    legacy: [{ file: legacy, value: String(value) }],
    unified: [{ file: unified, value: orMax(value) }],
  };
}

function orMax(value: number): string {
  return value === UNLIMITED ? 'max' : String(value);
}
