// Platforms: parsing, normal form and matching, as containerd does it.

import { endianness } from 'node:os';
import { CaissonError } from '../core/index.ts';
import type { Platform } from './image.ts';

const knownSystems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
const knownArchitectures = new Set(
  '386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

/** Parses `os[/architecture[/variant]]`, or an architecture alone; the result is in normal form. Throws `PLATFORM_INVALID`. */
export function parsePlatform(text: string): Platform {
  const parts = text.split('/');
  const [first = '', architecture, variant = ''] = parts;
  if (parts.length > 3 || !parts.every((part) => /^[A-Za-z0-9_.-]+$/.test(part)))
    throw invalid(text, 'expected os/architecture[/variant]');
  if (architecture === undefined) return parseSingle(first, text);
  return normalizePlatform({ os: first, architecture, variant });
}

/** `linux/arm64/v8` */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}

/** The platform this process runs on. */
export function hostPlatform(): Platform {
  const architectures: Readonly<Record<string, string>> = {
    x64: 'amd64',
    ia32: '386',
    ppc64: endianness() === 'LE' ? 'ppc64le' : 'ppc64',
    mipsel: 'mipsle',
  };
  return normalizePlatform({
    os: process.platform,
    architecture: architectures[process.arch] ?? process.arch,
  });
}

/** The normal form: names as Go spells them, a variant only where it says something (`arm/v7`; never `amd64/v1`, `arm64/v8`). */
export function normalizePlatform(platform: Platform): Platform {
  const { variant: given = '', ...rest } = platform;
  const os = platform.os.toLowerCase();
  const [architecture, variant] = normalizeArchitecture(
    platform.architecture.toLowerCase(),
    given.toLowerCase(),
  );
  const normal = { ...rest, os: os === 'macos' ? 'darwin' : os, architecture };
  return variant === '' ? normal : { ...normal, variant };
}

/** How well `offered` serves `wanted`: 0 is exact, higher is an older variant, -1 is not at all. */
export function platformRank(wanted: Platform, offered: Platform): number {
  const offer = formatPlatform(normalizePlatform(offered));
  return acceptable(normalizePlatform(wanted)).map(formatPlatform).indexOf(offer);
}

/** Whether `machine`'s kernel runs programs made for `platform` by itself; 64-bit x86 runs 32-bit programs too. */
export function runsOn(machine: Platform, platform: Platform): boolean {
  const made = normalizePlatform(platform);
  if (made.os !== machine.os) return false;
  if (made.architecture === machine.architecture) return true;
  return machine.architecture === 'amd64' && made.architecture === '386';
}

function parseSingle(name: string, text: string): Platform {
  const host = hostPlatform();
  const lower = name.toLowerCase();
  if (lower === 'macos' || knownSystems.has(lower)) return normalizePlatform({ ...host, os: lower });
  const asArchitecture = normalizePlatform({ os: host.os, architecture: name });
  if (knownArchitectures.has(asArchitecture.architecture)) return asArchitecture;
  throw invalid(text, 'unknown operating system or architecture');
}

function normalizeArchitecture(architecture: string, variant: string): readonly [string, string] {
  switch (architecture) {
    case 'i386':
      return ['386', ''];
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', variant === 'v1' ? '' : variant];
    case 'aarch64':
    case 'arm64':
      return ['arm64', ['8', 'v8', 'v8.0'].includes(variant) ? '' : variant];
    case 'armhf':
      return ['arm', 'v7'];
    case 'armel':
      return ['arm', 'v6'];
    case 'arm':
      return ['arm', /^[5-8]$/.test(variant) ? `v${variant}` : variant || 'v7'];
    default:
      return [architecture, variant];
  }
}

/** What runs on `platform`, best first: a processor runs the code of its older variants. */
function acceptable(platform: Platform): readonly Platform[] {
  const { os, architecture, variant } = platform;
  const oldest: Readonly<Record<string, number>> = { arm: 5, amd64: 2 };
  const lowest = oldest[architecture];
  const level = Number(variant?.slice(1));
  if (lowest === undefined || !(level > 0)) return [platform];
  const older = Array.from({ length: Math.max(0, level - lowest) }, (_, index) => ({
    os,
    architecture,
    variant: `v${level - 1 - index}`,
  }));
  return architecture === 'amd64' ? [platform, ...older, { os, architecture }] : [platform, ...older];
}

function invalid(text: string, reason: string): CaissonError {
  return new CaissonError('PLATFORM_INVALID', `Platform "${text}" is invalid: ${reason}`, {
    hint: 'Write it as os/architecture[/variant], such as linux/amd64 or linux/arm64/v8.',
  });
}
