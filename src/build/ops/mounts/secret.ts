// Mounts of type secret: a file in memory that has no name any more when the process starts, or a variable.

import { closeSync, fchmodSync, fchownSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, type Scope } from '../../../core/index.ts';
import { newSession } from '../../../store/index.ts';
import type { SecretMount } from '../../mounts.ts';
import { processPath } from './beneath.ts';
import { bound } from './bind.ts';
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
  return { mounts: [bound(source, target, true)], hidden: [], env: variables };
}

/** The file lives as long as somebody has it open or mounted: a crash leaves nothing to find. */
function memoryFile(value: Buffer, owner: SecretMount, path: string, scope: Scope): string {
  const place = [path, `/dev/shm/caisson-${newSession()}`].find((one) => isInMemory(join(one, '..')));
  if (place === undefined) throw noMemory();
  const fd = openSync(place, 'wx', 0o600);
  unlinkSync(place);
  scope.defer(() => closeSync(fd));
  writeSync(fd, value);
  fchmodSync(fd, owner.mode ?? 0o400);
  fchownSync(fd, owner.uid ?? 0, owner.gid ?? 0);
  return processPath(fd);
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
