// What `system check` looks for beyond the store: containers, mounts, processes, cgroups and networks that nothing recorded owns.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { unmount } from '../../core/index.ts';
import { removeCgroups, strayStepGroups } from '../../runtime/index.ts';
import { isAlive, type Problem } from '../../store/index.ts';
import { type Services, sandboxInUse, settle } from '../containers/index.ts';

/** Containers recorded as running that are not: killed without a word, or from before a restart of the machine. */
export async function endedContainers(services: Services): Promise<readonly Problem[]> {
  const { store, runtime } = services;
  const running = store.containers.list().filter(({ state }) => state.status === 'running');
  const looked = await Promise.all(
    running.map(async (record) => ({
      record,
      live: await runtime.open(store.containerDirectory(record.id)),
    })),
  );
  return looked
    .filter(({ live }) => live === undefined)
    .map(({ record }) => ({
      code: 'CONTAINER_ENDED',
      severity: 'warning',
      message: `Container "${record.name}" is recorded as running and is not`,
      remedy: 'Its end is recorded and its network released.',
      repair: () => settle(services, record.id),
    }));
}

/** Network namespaces, addresses and rules whose container or build is gone. */
export async function strayNetworks(services: Services): Promise<readonly Problem[]> {
  const { network } = services;
  const deadline = Date.now() + PATIENCE;
  // A supervisor takes a network away when the end of its container is known already.
  while (strays(services).length > 0 && Date.now() < deadline) await sleep(20);
  return strays(services).map((id) => ({
    code: 'NETWORK_STRAY',
    severity: 'warning',
    message: `The network of "${id}" is left over`,
    remedy: 'It is removed.',
    repair: () => network.remove(id),
  }));
}

/** How long a network may take to go after its container, in milliseconds. */
const PATIENCE = 500;

function strays({ store, network }: Services): readonly string[] {
  const owned = new Set(store.containers.list().flatMap((record) => sandboxInUse(record) ?? []));
  return network.list().filter((id) => !owned.has(id) && !isOfLivingBuild(id));
}

/** Builds name their sandboxes `build-SESSION-NUMBER`. */
function isOfLivingBuild(id: string): boolean {
  const session = /^build-(.+)-\d+$/.exec(id)?.[1];
  return session !== undefined && isAlive(session);
}

/** What builds that were killed left in the run directory, with their control groups. */
export async function strayBuilds({ store, network }: Services): Promise<readonly Problem[]> {
  const { deadBuilds, sweepBuild } = await import('../../build/index.ts');
  return deadBuilds(store.runDirectory).map((name) => ({
    code: 'BUILD_STRAY',
    severity: 'warning',
    message: `The files of "${name}" are left over`,
    remedy: 'They are removed.',
    repair: () => sweepBuild(store.runDirectory, network, name),
  }));
}

/** Control groups of build steps whose process and launcher were killed. */
export async function strayCgroups({ store }: Services): Promise<readonly Problem[]> {
  return strayStepGroups(store.runDirectory).map((name) => ({
    code: 'CGROUP_STRAY',
    severity: 'warning',
    message: `The control group "${name}" is left over`,
    remedy: 'It is removed.',
    repair: () => removeCgroups(name),
  }));
}

/** Mounts below the root: nothing of Caisson's is ever mounted where the host sees it, but for network namespaces. */
export async function strayMounts({ store }: Services): Promise<readonly Problem[]> {
  return mountsBelow(store.root).map((path) => ({
    code: 'MOUNT_STRAY',
    severity: 'warning',
    message: `"${path}" is mounted`,
    remedy: 'It is unmounted.',
    repair: () => unmount(path),
  }));
}

/** All that `system check` looks for beyond the store. */
export const probes = [endedContainers, strayNetworks, strayBuilds, strayCgroups, strayMounts] as const;

/** Where something is mounted below `folder`, what was mounted last first. */
export function mountsBelow(folder: string): readonly string[] {
  return mountPoints()
    .filter((path) => path.startsWith(`${folder}/`))
    .toReversed();
}

function mountPoints(): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'latin1')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    );
}
