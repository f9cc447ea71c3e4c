// Resource limits as the command line gives them, checked and completed as Docker does.

import { CaissonError } from '../../core/index.ts';
import type { RuntimeResources } from '../../oci/index.ts';

/** Limits in Docker's terms; bytes, cores, and -1 for no limit where that can be asked for. */
export interface ResourceLimits {
  readonly memory?: number;
  readonly memoryReservation?: number;
  /** Memory and swap together; -1 is no limit, absent means twice the memory. */
  readonly memorySwap?: number;
  /** Cores: 1.5 */
  readonly cpus?: number;
  readonly cpuShares?: number;
  /** `0-2,4` */
  readonly cpusetCpus?: string;
  readonly cpusetMems?: string;
  /** -1 or 0: no limit. */
  readonly pidsLimit?: number;
}

const MEBIBYTE = 1024 * 1024;
const LEAST_MEMORY = 6 * MEBIBYTE;
const PERIOD = 100_000;

/** The resources of a spec; throws `RESOURCE_INVALID`. */
export function resourcesOf(limits: ResourceLimits): Omit<RuntimeResources, 'devices'> {
  const memory = memoryOf(limits);
  const cpu = cpuOf(limits);
  const { pidsLimit = 0 } = limits;
  return {
    ...(Object.keys(memory).length > 0 ? { memory } : {}),
    ...(Object.keys(cpu).length > 0 ? { cpu } : {}),
    ...(pidsLimit > 0 ? { pids: { limit: integer(pidsLimit, '--pids-limit') } } : {}),
  };
}

function memoryOf({ memory = 0, memoryReservation = 0, memorySwap = 0 }: ResourceLimits) {
  if (memory !== 0 && !(memory >= LEAST_MEMORY)) throw invalid('--memory', memory, 'Give at least 6m.');
  if (memorySwap !== 0 && memory === 0) throw invalid('--memory-swap', memorySwap, 'Give --memory too.');
  if (memorySwap !== -1 && memorySwap !== 0 && !(memorySwap >= memory))
    throw invalid(
      '--memory-swap',
      memorySwap,
      'It counts memory and swap together: give at least the value of --memory.',
    );
  if (
    memoryReservation !== 0 &&
    !(memoryReservation >= LEAST_MEMORY && (memory === 0 || memoryReservation <= memory))
  )
    throw invalid(
      '--memory-reservation',
      memoryReservation,
      'Give at least 6m, and at most the value of --memory.',
    );
  return {
    ...(memory === 0 ? {} : { limit: integer(memory, '--memory'), swap: swapOf(memory, memorySwap) }),
    ...(memoryReservation === 0 ? {} : { reservation: integer(memoryReservation, '--memory-reservation') }),
  };
}

function swapOf(memory: number, memorySwap: number): number {
  return memorySwap === 0 ? 2 * memory : integer(memorySwap, '--memory-swap');
}

function cpuOf({ cpus = 0, cpuShares = 0, cpusetCpus = '', cpusetMems = '' }: ResourceLimits) {
  if (cpus !== 0 && !(cpus >= 0.01 && cpus <= 8192))
    throw invalid('--cpus', cpus, 'Give a number from 0.01 on.');
  if (cpuShares !== 0 && !(cpuShares >= 2)) throw invalid('--cpu-shares', cpuShares, 'Give at least 2.');
  for (const [name, list] of [
    ['--cpuset-cpus', cpusetCpus],
    ['--cpuset-mems', cpusetMems],
  ] as const)
    if (!/^(\d{1,5}(-\d{1,5})?(,(?=\d)|$))*$/.test(list))
      throw invalid(name, list, "Write for example '0-2,4'.");
  return {
    ...(cpuShares === 0 ? {} : { shares: integer(cpuShares, '--cpu-shares') }),
    ...(cpus === 0 ? {} : { period: PERIOD, quota: Math.round(cpus * PERIOD) }),
    ...(cpusetCpus === '' ? {} : { cpus: cpusetCpus }),
    ...(cpusetMems === '' ? {} : { mems: cpusetMems }),
  };
}

function integer(value: number, option: string): number {
  if (Number.isSafeInteger(value)) return value;
  throw invalid(option, value, 'Give a whole number.');
}

function invalid(option: string, value: number | string, hint: string): CaissonError {
  return new CaissonError('RESOURCE_INVALID', `${option} cannot be '${value}'`, { hint });
}
