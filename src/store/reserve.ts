// A little space kept back: on a full disk it lets the store be opened, so that things can be removed.

import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openDatabase } from './database/index.ts';
import { explainFullDisk, isFullDisk, isSpaceScarce } from './full-disk.ts';

/** Enough for the database's log and its index; less where there is no room for more, as after opening on a full disk. */
const sizes = [1 << 20, 1 << 19, 1 << 18];

/** Sets the reserve aside where it is missing or small and there is room for it. */
export function keepReserve(root: string): void {
  const file = join(root, 'reserve');
  const kept = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  for (const size of sizes) if (kept >= size || isWritten(file, size)) return;
}

function isWritten(file: string, size: number): boolean {
  try {
    writeFileSync(file, Buffer.alloc(size), { mode: 0o600 });
    return true;
  } catch {
    rmSync(file, { force: true });
    return false;
  }
}

/** Gives the reserve up; false when there is none. */
function giveReserve(root: string): boolean {
  const file = join(root, 'reserve');
  if (!existsSync(file)) return false;
  rmSync(file, { force: true });
  return true;
}

/** How a database is opened that has a reserve in its root. */
export interface ReserveOptions {
  readonly root: string;
  readonly database: string;
  readonly steps?: readonly string[];
  /** Frees what can be spared besides; false when there is nothing. */
  readonly spare?: () => boolean;
  /** Whether a change may have the reserve now; default: always. */
  readonly mayGive?: () => boolean;
}

/** Opens a database; on a full disk the reserve makes room for its log, now or at a later change. Throws `DISK_FULL`. */
export async function openWithReserve(options: ReserveOptions): Promise<Database> {
  const { root, database, steps, spare = () => false, mayGive = () => true } = options;
  const free = (): boolean => giveReserve(root) || spare();
  const makeRoom = (error: unknown): boolean => isFullDisk(error, root) && free();
  const open = () => openDatabase(database, (error) => mayGive() && makeRoom(error), steps);
  if (isSpaceScarce(root)) free();
  try {
    return await open();
  } catch (error) {
    if (makeRoom(error)) return open();
    throw explainFullDisk(error, root);
  }
}
