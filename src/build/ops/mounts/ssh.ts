// Mounts of type ssh: a socket of this process, behind which an agent answers.

import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, type Scope } from '../../../core/index.ts';
import type { SshMount } from '../../mounts.ts';
import { bound } from './bind.ts';
import type { MountServices, OpenMounts } from './types.ts';

/** Shows the socket of a forwarded agent; one that is not required and not forwarded is no mount. Throws `SSH_NOT_FORWARDED`. */
export async function openSsh(
  mount: SshMount,
  index: number,
  { agents, folder }: MountServices,
  scope: Scope,
): Promise<OpenMounts> {
  const path = join(folder, String(index));
  const serving = agents?.serve(mount.id, path);
  if (serving === undefined) {
    if (mount.required) throw notForwarded(mount.id);
    return { mounts: [], hidden: [], env: [] };
  }
  scope.use(await serving);
  chownSync(path, mount.uid ?? 0, mount.gid ?? 0);
  chmodSync(path, (mount.mode ?? 0o600) & 0o777);
  return { mounts: [bound(path, mount.target, false)], hidden: [], env: [] };
}

function notForwarded(id: string): CaissonError {
  return new CaissonError('SSH_NOT_FORWARDED', `unset ssh forward key ${id}`, {
    hint: `Forward an agent with --ssh ${id}, or keys with --ssh ${id}=FILE.`,
  });
}
