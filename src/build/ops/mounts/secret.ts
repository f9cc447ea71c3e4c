// Mounts of type secret: a file in memory, or a variable.

import {
  closeSync,
  fchmodSync,
  fchownSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CaissonError, type Scope } from '../../../core/index.ts';
import { isAlive, newSession, sessionName, sessionOf } from '../../../store/index.ts';
import type { SecretMount } from '../../mounts.ts';
import type { MountServices, OpenMounts } from './types.ts';

/** Shows a secret; one that is not required and not there is no mount and an empty variable. Throws `SECRET_NOT_FOUND`. */
export function openSecret(
  mount: SecretMount,
  index: number,
  { secrets, folder }: MountServices,
  scope: Scope,
): OpenMounts {
  const { id, env, target, required } = mount;
  const value = secrets?.read(id);
  if (value === undefined && required) throw notFound(id);
  const variables = env === undefined ? [] : [`${env}=${value?.toString() ?? ''}`];
  if (value === undefined || target === undefined) return { mounts: [], hidden: [], env: variables };
  const source = memoryFile(value, mount, join(folder, String(index)), scope);
  const options = ['rbind', 'ro', 'nosuid', 'nodev', 'noexec', 'rprivate'];
  return { mounts: [{ destination: target, type: 'bind', source, options }], hidden: [], env: variables };
}

/** The file is in memory, in a folder that nobody else may enter, and is gone when the step ends. */
function memoryFile(value: Buffer, owner: SecretMount, path: string, scope: Scope): string {
  const file = isInMemory(dirname(path)) ? path : join(sharedMemory(scope), basename(path));
  const fd = openSync(file, 'wx', 0o600);
  try {
    fchownSync(fd, owner.uid ?? 0, owner.gid ?? 0);
    fchmodSync(fd, owner.mode ?? 0o400);
    for (let at = 0; at < value.length; ) at += writeSync(fd, value, at);
  } finally {
    closeSync(fd);
  }
  return file;
}

const shared = '/dev/shm';
const prefix = 'caisson-secrets-';

/** A folder for where the run directory is on a disk, as in many containers. What killed processes left goes first. */
function sharedMemory(scope: Scope): string {
  if (!isInMemory(shared)) throw noMemory();
  for (const name of readdirSync(shared)) {
    const left = name.startsWith(prefix) && !isAlive(sessionOf(name.slice(prefix.length)));
    if (left) rmSync(join(shared, name), { recursive: true, force: true });
  }
  const folder = join(shared, prefix + sessionName(newSession()));
  mkdirSync(folder, { mode: 0o700 });
  scope.defer(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

function isInMemory(folder: string): boolean {
  try {
    return [TMPFS, RAMFS].includes(statfsSync(folder).type);
  } catch {
    return false;
  }
}

function notFound(id: string): CaissonError {
  return new CaissonError('SECRET_NOT_FOUND', `secret ${id}: not found`, {
    hint: `Give it with --secret id=${id},src=FILE or --secret id=${id},env=VARIABLE.`,
  });
}

function noMemory(): CaissonError {
  return new CaissonError('SECRET_ON_DISK', 'There is no place in memory for the secret', {
    hint: 'Mount a tmpfs at /run or /dev/shm: secrets are never written to a disk.',
  });
}
