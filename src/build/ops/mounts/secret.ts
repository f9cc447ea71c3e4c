// Mounts of type secret: a file in memory, or a variable.

import { closeSync, fchmodSync, fchownSync, openSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CaissonError, type Scope } from '../../../core/index.ts';
import type { SecretMount } from '../../mounts.ts';
import { isInMemory, memoryFolder } from './shared-memory.ts';
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
  const file = isInMemory(dirname(path)) ? path : join(memoryFolder(scope), basename(path));
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

function notFound(id: string): CaissonError {
  return new CaissonError('SECRET_NOT_FOUND', `secret ${id}: not found`, {
    hint: `Give it with --secret id=${id},src=FILE or --secret id=${id},env=VARIABLE.`,
  });
}
