// Secrets and agents for who enters a failed step: given anew, since neither is kept; what is not given is empty.

import type { ExecMount } from '../mounts.ts';
import { createSecretStore, type SecretStore } from '../ops/mounts/index.ts';
import type { ExecVertex } from '../types.ts';
import type { EnterRequest } from './types.ts';

/** The mounts that can be opened, and the secrets for them. */
export interface GivenMounts {
  readonly mounts: readonly ExecMount[];
  readonly secrets: SecretStore;
}

/** Says what of the step's secrets and agents is not given: such a secret is an empty file, such an agent's socket is not there. */
export function givenMounts(
  { mounts = [] }: ExecVertex,
  { secrets = [], ssh = [] }: EnterRequest,
  tell: (line: string) => void,
): GivenMounts {
  const store = createSecretStore(secrets);
  const agents = new Set(ssh.map(({ id }) => id));
  const isMissing = (mount: ExecMount): boolean =>
    (mount.kind === 'secret' && store.read(mount.id) === undefined) ||
    (mount.kind === 'ssh' && !agents.has(mount.id));
  for (const notice of new Set(mounts.filter(isMissing).map(noticeOf))) tell(notice);
  return {
    mounts: mounts.filter((mount) => mount.kind !== 'ssh' || agents.has(mount.id)),
    secrets: { read: (id) => store.read(id) ?? Buffer.alloc(0) },
  };
}

function noticeOf(mount: ExecMount): string {
  if (mount.kind === 'ssh')
    return `The SSH agent "${mount.id}" is not forwarded: give it with --ssh ${mount.id}`;
  const id = mount.kind === 'secret' ? mount.id : '';
  return `The secret "${id}" is not kept and is empty here: give it with --secret id=${id},src=FILE`;
}
