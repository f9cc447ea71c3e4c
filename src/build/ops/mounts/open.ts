// The mounts of one process, held open while it runs.

import { mkdirSync, rmSync } from 'node:fs';
import { Scope } from '../../../core/index.ts';
import type { ExecMount } from '../../mounts.ts';
import type { ExecVertex } from '../../types.ts';
import { openBind } from './bind.ts';
import { openCaches } from './cache.ts';
import { openSecret } from './secret.ts';
import { openSsh } from './ssh.ts';
import { tmpfsMount } from './tmpfs.ts';
import type { MountServices, MountTree, OpenMounts } from './types.ts';

/**
 * Runs `work` with the vertex's mounts; `trees` are those of its mounts that show files, in their order. Throws `SECRET_NOT_FOUND`,
 * `SSH_NOT_FORWARDED`, `SOURCE_NOT_FOUND`.
 */
export async function withMounts<T>(
  { mounts = [] }: Pick<ExecVertex, 'mounts'>,
  trees: readonly MountTree[],
  services: MountServices,
  work: (open: OpenMounts) => Promise<T>,
): Promise<T> {
  if (mounts.length === 0) return work({ mounts: [], hidden: [], env: [] });
  await using scope = new Scope();
  mkdirSync(services.folder, { mode: 0o700 });
  scope.defer(() => rmSync(services.folder, { recursive: true, force: true }));
  return await work(await openMounts(mounts, trees, services, scope));
}

async function openMounts(
  mounts: readonly ExecMount[],
  trees: readonly MountTree[],
  services: MountServices,
  scope: Scope,
): Promise<OpenMounts> {
  const waiting = [...trees];
  const sourced = mounts.map((mount) =>
    mount.kind === 'bind' || mount.kind === 'cache' ? waiting.shift() : undefined,
  );
  const caches = await openCaches(mounts, sourced, services, scope);
  const open: OpenMounts[] = [];
  for (const [index, mount] of mounts.entries()) {
    const tree = sourced[index];
    if (mount.kind === 'bind') open.push(openBind(mount, tree, index, services, scope));
    else if (mount.kind === 'cache') open.push(shown(caches.get(index)));
    else if (mount.kind === 'tmpfs') open.push(shown(tmpfsMount(mount)));
    else if (mount.kind === 'secret') open.push(openSecret(mount, index, services, scope));
    else open.push(await openSsh(mount, index, services, scope));
  }
  return {
    mounts: open.flatMap((one) => one.mounts),
    hidden: open.flatMap((one) => one.hidden),
    env: open.flatMap((one) => one.env),
  };
}

function shown(mount: OpenMounts['mounts'][number] | undefined): OpenMounts {
  return { mounts: mount === undefined ? [] : [mount], hidden: [], env: [] };
}
