// The paths of /proc and /sys that a container must not see or change.

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** BuildKit masks these in every step. */
export const buildMaskedPaths: readonly string[] = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
  '/proc/scsi',
];

/** Docker's list; the per-CPU ones are those that exist (GHSA-6fw5-f8r9-fgfm). */
export function containerMaskedPaths(): readonly string[] {
  thermal ??= thermalPaths();
  return [...dockerMaskedPaths, ...thermal];
}

/** Mounted read-only, in containers and build steps alike. */
export const readonlyPaths: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];

const dockerMaskedPaths: readonly string[] = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

let thermal: readonly string[] | undefined;

function thermalPaths(): readonly string[] {
  return Array.from(
    { length: availableParallelism() },
    (_, cpu) => `/sys/devices/system/cpu/cpu${cpu}/thermal_throttle`,
  ).filter((path) => existsSync(path));
}
