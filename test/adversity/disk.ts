// A root on a small file system of its own.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inPlace, type Place } from './place.ts';

/** Does `work` with a root on an ext4 of `mebibytes` that is gone afterwards; the context lies elsewhere. */
export async function onSmallDisk(mebibytes: number, work: (place: Place) => Promise<void>): Promise<void> {
  const folder = mkdtempSync('/var/tmp/caisson-small-');
  const [image, disk] = [join(folder, 'image'), join(folder, 'disk')];
  mkdirSync(disk);
  execFileSync('truncate', ['-s', `${mebibytes}M`, image]);
  execFileSync('mkfs.ext4', ['-q', '-m', '0', image]);
  execFileSync('mount', ['-o', 'loop', image, disk]);
  try {
    await inPlace(work, ['busybox'], disk);
  } finally {
    execFileSync('umount', [disk]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Does `work` with a folder on a file system in memory of `mebibytes` that is gone afterwards. */
export async function inSmallMemory(
  mebibytes: number,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync('/var/tmp/caisson-small-');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}M`, 'tmpfs', folder]);
  try {
    await work(folder);
  } finally {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  }
}
