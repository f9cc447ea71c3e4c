// A little space kept back: on a full disk it lets the store be opened, so that things can be removed.

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../core/index.ts';

/** Enough for the database's log and its index. */
const size = 1 << 20;

/** Sets the reserve aside where it is missing and there is room for it. */
export function keepReserve(root: string): void {
  const file = join(root, 'reserve');
  if (existsSync(file)) return;
  try {
    writeFileSync(file, Buffer.alloc(size), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') rmSync(file, { force: true });
  }
}

/** Gives the reserve up; false when there is none. */
export function giveReserve(root: string): boolean {
  const file = join(root, 'reserve');
  if (!existsSync(file)) return false;
  rmSync(file, { force: true });
  return true;
}
