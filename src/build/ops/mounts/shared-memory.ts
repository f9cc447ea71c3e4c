// A place in memory for secrets where the run directory is on a disk, as in many containers.

import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, type Scope } from '../../../core/index.ts';
import { isAlive, newSession, sessionName, sessionOf } from '../../../store/index.ts';

const shared = '/dev/shm';
const prefix = 'caisson-secrets-';

/** A folder in memory that only this user may enter; it goes with `scope`. Throws `SECRET_ON_DISK`. */
export function memoryFolder(scope: Scope): string {
  if (!isInMemory(shared)) throw noMemory();
  sweepSecrets();
  const folder = join(shared, prefix + sessionName(newSession()));
  mkdirSync(folder, { mode: 0o700 });
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Takes away what killed processes left. */
export function sweepSecrets(): void {
  if (!isInMemory(shared)) return;
  for (const name of readdirSync(shared)) {
    const left = name.startsWith(prefix) && !isAlive(sessionOf(name.slice(prefix.length)));
    if (left) rmSync(join(shared, name), { recursive: true, force: true });
  }
}

const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** Whether files in `folder` are on no disk. */
export function isInMemory(folder: string): boolean {
  try {
    return [TMPFS, RAMFS].includes(statfsSync(folder).type);
  } catch {
    return false;
  }
}

function noMemory(): CaissonError {
  return new CaissonError('SECRET_ON_DISK', 'There is no place in memory for the secret', {
    hint: 'Mount a tmpfs at /run or /dev/shm: secrets are never written to a disk.',
  });
}
