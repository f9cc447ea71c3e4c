// What killed builds left in the run directory: their folders and their network namespaces.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Network } from '../../network/index.ts';
import { isAlive } from '../../store/index.ts';

/** Takes away what builds of dead processes left under `runDirectory`. */
export async function sweepBuilds(runDirectory: string, network: Network): Promise<void> {
  for (const name of readdirSync(runDirectory)) {
    if (!name.startsWith('build-') || isAlive(name.slice('build-'.length))) continue;
    const left = network.list().filter((id) => id.startsWith(`${name}-`));
    for (const id of left) await network.remove(id);
    rmSync(join(runDirectory, name), { recursive: true, force: true });
  }
}
