// Capability sets: Docker's default, and what --cap-add, --cap-drop and --privileged make of it.

import { readFileSync } from 'node:fs';
import { CaissonError, closest } from '../../core/index.ts';

/** In kernel order, from bit 0 (linux/capability.h). */
const kernelNames =
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
    .split(' ')
    .map((name) => `CAP_${name}`);

/** Docker's fourteen, in Docker's order. */
const defaults =
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE'
    .split(' ')
    .map((name) => `CAP_${name}`);

/** How the default set is changed. */
export interface CapabilityChanges {
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
  readonly privileged?: boolean;
}

let known: readonly string[] | undefined;

/** The capabilities in this process's bounding set: no container can have more. */
export function hostCapabilities(): readonly string[] {
  known ??= capabilitiesOf(readFileSync('/proc/self/status', 'latin1'));
  return known;
}

function capabilitiesOf(status: string): readonly string[] {
  const bits = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return kernelNames.filter((_, bit) => (bits >> BigInt(bit)) & 1n);
}

/** The container's capabilities by Docker's rules; throws `CAPABILITY_UNKNOWN`, `CAPABILITY_UNAVAILABLE`. */
export function tweakCapabilities(
  changes: CapabilityChanges,
  available: readonly string[] = hostCapabilities(),
): readonly string[] {
  const add = (changes.add ?? []).map((name) => normalise(name, '--cap-add', available));
  const drop = (changes.drop ?? []).map((name) => normalise(name, '--cap-drop', available));
  if (changes.privileged) return available;
  if (add.includes('ALL')) return available.filter((name) => !drop.includes(name) && !drop.includes('ALL'));
  const base = drop.includes('ALL') ? [] : defaults.filter((name) => !drop.includes(name));
  return [...new Set([...base, ...add])].filter((name) => available.includes(name));
}

function normalise(text: string, option: string, available: readonly string[]): string {
  const upper = text.trim().toUpperCase();
  if (upper === 'ALL' || upper === 'CAP_ALL') return 'ALL';
  const name = upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  if (!kernelNames.includes(name)) throw unknownCapability(text, option, name);
  if (option === '--cap-add' && !available.includes(name)) throw unavailable(name);
  return name;
}

function unknownCapability(text: string, option: string, name: string): CaissonError {
  const near = closest(name, kernelNames)?.slice('CAP_'.length);
  return new CaissonError('CAPABILITY_UNKNOWN', `${option} '${text}' names no capability of Linux`, {
    hint: near ? `Did you mean '${near}'?` : 'See capabilities(7) for the names, or use ALL.',
  });
}

function unavailable(name: string): CaissonError {
  return new CaissonError(
    'CAPABILITY_UNAVAILABLE',
    `The capability '${name}' cannot be added, because this process does not have it itself`,
    { hint: 'Run Caisson with that capability, or leave it out.' },
  );
}
