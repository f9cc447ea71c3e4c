// Programs made for another processor: the kernel hands them to an emulator that binfmt_misc names.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import { formatPlatform, type Platform } from '../../oci/index.ts';

const registrations = '/proc/sys/fs/binfmt_misc';

/** QEMU's names of architectures, where they differ from Go's. */
const emulated: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  '386': 'i386',
  arm64: 'aarch64',
  ppc64le: 'ppc64le',
  mips64le: 'mips64el',
  mipsle: 'mipsel',
  loong64: 'loongarch64',
};

/**
 * Checks that programs for `platform` can run here and inside of containers: an emulator is registered, and the kernel opened
 * it when it was (flag F). Throws `EMULATOR_MISSING`. Source: Linux, admin-guide/binfmt-misc.rst.
 */
export function requireEmulator(platform: Platform, folder: string = registrations): void {
  const name = `qemu-${emulated[platform.architecture] ?? platform.architecture}`;
  const entry = findRegistration(folder, name);
  if (entry !== undefined && /^flags: .*F/m.test(entry)) return;
  const shown = formatPlatform(platform);
  throw new CaissonError(
    'EMULATOR_MISSING',
    entry === undefined
      ? `Programs for ${shown} cannot run on this machine: no emulator "${name}" is registered with the kernel`
      : `Programs for ${shown} cannot run in a container: the emulator "${name}" is registered without the flag F`,
    {
      hint: 'Install QEMU for it (Debian: apt-get install qemu-user-static binfmt-support), or let the stage run on the build platform (FROM --platform=$BUILDPLATFORM) and compile for $TARGETARCH.',
    },
  );
}

function findRegistration(folder: string, name: string): string | undefined {
  if (!existsSync(join(folder, 'register')) && !existsSync(join(folder, 'status'))) return undefined;
  const file = readdirSync(folder).find((entry) => entry === name);
  const text = file === undefined ? undefined : readFileSync(join(folder, file), 'utf8');
  return text?.startsWith('enabled') ? text : undefined;
}
