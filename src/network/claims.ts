// Claims of many processes on one thing: a symbolic link is made with its content at once, so nobody sees half a claim.

import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../core/index.ts';

/** Claims `name` for `owner`; false when it is claimed already. */
export function claim(folder: string, name: string, owner: string): boolean {
  try {
    symlinkSync(owner, join(folder, name));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    if (errnoOf(error) !== 'ENOENT') throw error;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return claim(folder, name, owner);
  }
}

/** Who claimed `name`, if anybody. */
export function claimant(folder: string, name: string): string | undefined {
  try {
    return readlinkSync(join(folder, name));
  } catch {
    return undefined;
  }
}

/** All claims in a folder, as name and owner. */
export function claims(folder: string): readonly (readonly [name: string, owner: string])[] {
  return entries(folder).flatMap((name) => {
    const owner = claimant(folder, name);
    return owner === undefined ? [] : [[name, owner] as const];
  });
}

/** Gives up all of `owner`'s claims in a folder. */
export function release(folder: string, owner: string): void {
  for (const [name, holder] of claims(folder))
    if (holder === owner) rmSync(join(folder, name), { force: true });
}

/** The names in a folder, none when it does not exist; one of /sys may go away while it is read. */
export function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (['ENOENT', 'ENODEV', 'EINVAL', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}
