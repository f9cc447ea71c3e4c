// What killed builds left: their folders in the run directory and in memory, their network namespaces and their control groups.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Network } from '../../network/index.ts';
import { listCgroups, removeCgroups, strayStepGroups } from '../../runtime/index.ts';
import { isAlive } from '../../store/index.ts';
import { sweepSecrets } from '../ops/mounts/index.ts';

/** The names of builds whose process is gone and whose folder is still in `runDirectory`. */
export function deadBuilds(runDirectory: string): readonly string[] {
  return readdirSync(runDirectory).filter(
    (name) => name.startsWith('build-') && !isAlive(name.slice('build-'.length)),
  );
}

/** Takes away what a dead build left; its folder goes last, so that what is interrupted is found again. */
export async function sweepBuild(runDirectory: string, network: Network, name: string): Promise<void> {
  const own = (id: string): boolean => id.startsWith(`${name}-`);
  for (const id of network.list().filter(own)) await network.remove(id);
  for (const id of listCgroups().filter(own)) await removeCgroups(id);
  sweepSecrets();
  rmSync(join(runDirectory, name), { recursive: true, force: true });
}

/** Takes away what builds of dead processes left under `runDirectory`. */
export async function sweepBuilds(runDirectory: string, network: Network): Promise<void> {
  for (const name of deadBuilds(runDirectory)) await sweepBuild(runDirectory, network, name);
  for (const id of strayStepGroups()) await removeCgroups(id);
}
