// The architectures that filters are made for: their audit number, their system call table and the names they go by.

import { CaissonError } from '../../core/index.ts';
import { type SyscallTable, syscallTable } from './syscalls.ts';

/** A host architecture that Caisson runs containers on. */
export type SeccompArchitecture = 'x86_64' | 'aarch64';

/** One calling convention that a filter tells apart. */
export interface Convention {
  /** `SCMP_ARCH_X86_64`, as profiles name it. */
  readonly name: string;
  /** AUDIT_ARCH_* as the kernel reports it in `seccomp_data.arch`. */
  readonly audit: number;
  readonly table: SyscallTable;
  /** Added to the numbers of the table: x32 calls carry bit 30 and the audit number of x86_64. */
  readonly offset: number;
}

const X32_BIT = 0x40000000;

const conventions = {
  SCMP_ARCH_X86_64: { audit: 0xc000003e, table: 'x86_64', offset: 0 },
  SCMP_ARCH_X32: { audit: 0xc000003e, table: 'x32', offset: X32_BIT },
  SCMP_ARCH_X86: { audit: 0x40000003, table: 'i386', offset: 0 },
  SCMP_ARCH_AARCH64: { audit: 0xc00000b7, table: 'aarch64', offset: 0 },
  SCMP_ARCH_ARM: { audit: 0x40000028, table: 'arm', offset: 0 },
} as const;

const families = {
  x86_64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X32', 'SCMP_ARCH_X86'],
  aarch64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
} as const;

/** The conventions that a filter with these `architectures` lets through on `host`, the native one always and first. */
export function conventionsOf(
  host: SeccompArchitecture,
  architectures: readonly string[] | undefined,
): readonly Convention[] {
  const [native, ...others] = families[host];
  return [native, ...others.filter((name) => architectures?.includes(name))].map((name) => {
    const { audit, table, offset } = conventions[name];
    return { name, audit, table: syscallTable(table), offset };
  });
}

/** This machine's architecture as seccomp knows it; throws `PLATFORM_UNSUPPORTED`. */
export function nativeSeccompArchitecture(): SeccompArchitecture {
  if (process.arch === 'x64') return 'x86_64';
  if (process.arch === 'arm64') return 'aarch64';
  throw new CaissonError(
    'PLATFORM_UNSUPPORTED',
    `Caisson has no seccomp tables for the architecture '${process.arch}'; it has them for x64 and arm64`,
    { hint: 'Run the container with --security-opt seccomp=unconfined.' },
  );
}
