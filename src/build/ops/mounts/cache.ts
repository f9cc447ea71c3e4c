// Mounts of type cache: folders of the store, taken before the step and given back after it.

import { chmodSync, chownSync } from 'node:fs';
import { CaissonError, type Scope } from '../../../core/index.ts';
import { type Digest, type RuntimeMount, toBytePath } from '../../../oci/index.ts';
import { type CacheMountKey, copyTree } from '../../../store/index.ts';
import type { CacheMount, ExecMount } from '../../mounts.ts';
import { folderBeneath } from './beneath.ts';
import { bound } from './bind.ts';
import type { MountServices, MountTree } from './types.ts';

/** Takes the folders of all cache mounts, by the mount's place; `trees` are what they begin with. */
export async function openCaches(
  mounts: readonly ExecMount[],
  trees: readonly (MountTree | undefined)[],
  services: MountServices,
  scope: Scope,
): Promise<ReadonlyMap<number, RuntimeMount>> {
  const wanted = mounts.flatMap((mount, index): Wanted[] =>
    mount.kind === 'cache' ? [wantedCache(mount, index, trees[index])] : [],
  );
  const folders = new Map<string, string>();
  for (const one of byKey(wanted)) folders.set(one.name, await take(one, services, scope));
  return new Map(wanted.map(({ index, mount, name }) => [index, show(mount, folders.get(name) ?? '')]));
}

interface Wanted {
  readonly index: number;
  readonly mount: CacheMount;
  readonly tree: MountTree | undefined;
  readonly key: CacheMountKey;
  readonly name: string;
}

function wantedCache(mount: CacheMount, index: number, tree: MountTree | undefined): Wanted {
  const key = { id: mount.id, base: baseOf(mount, tree?.layers.length ? tree.key : undefined) };
  return { index, mount, tree, key, name: JSON.stringify([key.id, key.base]) };
}

/** In one order everywhere, so that two steps never wait for each other; a step's mounts of one key share it, at the strictest. */
function byKey(wanted: readonly Wanted[]): readonly Wanted[] {
  const strictest = wanted.toSorted((a, b) => strictnessOf(b.mount) - strictnessOf(a.mount));
  const first = strictest.filter((one, at) => strictest.findIndex(({ name }) => name === one.name) === at);
  return first.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const strictness = { shared: 0, private: 2, locked: 3 } as const;

/** A folder inside of a cache is looked up while nobody else writes to it. */
function strictnessOf(mount: CacheMount): number {
  return strictness[mount.sharing] + (isInside(mount) && mount.sharing === 'shared' ? 1 : 0);
}

/** Empty where the mount begins as an empty folder of root's with mode 0755. */
function baseOf(mount: CacheMount, from: Digest | undefined): string {
  const { source, mode, uid, gid } = mount;
  const owner = ownsFolder(mount) ? `${mode ?? 0o755} ${uid ?? 0} ${gid ?? 0}` : '';
  if (from === undefined) return owner;
  return [from, source, owner].join(' ');
}

/** The numbers count for a whole mount only: a folder inside of one is as it is found. */
function ownsFolder({ source, mode, uid, gid }: CacheMount): boolean {
  return source === '/' && (mode !== undefined || uid !== undefined || gid !== undefined);
}

async function take(wanted: Wanted, services: MountServices, scope: Scope): Promise<string> {
  const { mount, key } = wanted;
  const { store, signal, tell } = services;
  const open = await store.cacheMounts.open(key, {
    // Nobody may turn the folder into a link between the look and the mount.
    sharing: isInside(mount) && mount.sharing === 'shared' ? 'locked' : mount.sharing,
    signal,
    fill: (folder) => fill(wanted, folder, services),
    onWait: () =>
      tell(`Waiting for the cache mount "${mount.id.replace(/^\//, '')}", which another step uses`),
  });
  return scope.use(open).folder;
}

async function fill(
  { mount, tree, key }: Wanted,
  folder: string,
  { store, restoreCache }: MountServices,
): Promise<void> {
  const restored = await restoreCache?.(key, folder);
  if (ownsFolder(mount)) {
    chownSync(folder, mount.uid ?? 0, mount.gid ?? 0);
    chmodSync(folder, mount.mode ?? 0o755);
  } else if (!restored && tree && tree.layers.length > 0) {
    const view = store.layers.view(tree.layers);
    copyTree(view, view.resolve(toBytePath(mount.source)), folder);
  }
}

/** A folder inside of a cache lies where earlier steps wrote: no link is followed. */
function show(mount: CacheMount, folder: string): RuntimeMount {
  const { target, readOnly } = mount;
  if (!isInside(mount)) return bound(folder, target, readOnly);
  const inside = folderBeneath(folder, mount.source);
  if (inside === undefined) throw missing(mount.source, mount.id);
  return bound(inside, target, readOnly);
}

/** Whether a folder of the cache is mounted, not all of it. One that begins with a tree has of that only what is asked for. */
function isInside({ source, from }: CacheMount): boolean {
  return source !== '/' && from === undefined;
}

function missing(source: string, id: string): CaissonError {
  return new CaissonError('SOURCE_NOT_FOUND', `The cache mount "${id}" has no folder "${source}"`, {
    hint: 'Make it in an earlier step that mounts the cache without source=.',
  });
}
