// Mounts of type bind: a tree's layers mounted out of sight, and what is asked for of them bound to its place.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError, type Scope } from '../../../core/index.ts';
import { fromBytePath, type RuntimeMount, toBytePath } from '../../../oci/index.ts';
import type { RootMount } from '../../../runtime/index.ts';
import type { LayerDraft, LayerId, Store } from '../../../store/index.ts';
import type { BindMount } from '../../mounts.ts';
import type { MountServices, MountTree, OpenMounts } from './types.ts';

/** Shows files of `tree`; what the process writes is gone with `scope`. Throws `SOURCE_NOT_FOUND`. */
export function openBind(
  mount: BindMount,
  tree: MountTree | undefined,
  index: number,
  { store, folder }: MountServices,
  scope: Scope,
): OpenMounts {
  const layers = tree?.layers ?? [];
  const path = layers.length === 0 ? emptySource(mount) : sourceIn(store, layers, mount.source);
  const at = join(folder, String(index));
  mkdirSync(at, { mode: 0o755 });
  const shown = bound(at + path, mount.target, mount.readOnly);
  if (layers.length === 0) return { mounts: [shown], hidden: [], env: [] };
  if (mount.readOnly) {
    const root = readOnlyRoot(store, layers, folder);
    return { mounts: [shown], hidden: [{ at, root }], env: [] };
  }
  const draft = store.layers.draft();
  scope.defer(() => store.layers.discard(draft));
  const root = writableRoot(store, layers, draft);
  return { mounts: [shown], hidden: [{ at, root, written: { mount, draft } }], env: [] };
}

/** A folder or file of the host at a place in the container. */
export function bound(source: string, destination: string, readOnly: boolean): RuntimeMount {
  const options = ['rbind', readOnly ? 'ro' : 'rw', 'rprivate'];
  return { destination, type: 'bind', source, options };
}

/** Links are followed inside the tree, whose layers never change: the path holds none when it is mounted. */
function sourceIn(store: Store, layers: readonly LayerId[], source: string): string {
  const view = store.layers.view(layers);
  const path = view.resolve(toBytePath(source));
  if (view.lstat(path) === undefined) throw missing(source);
  return path === '/' ? '' : fromBytePath(path);
}

function emptySource({ source }: BindMount): string {
  if (source === '/') return '';
  throw missing(source);
}

/** Overlayfs wants two folders where none is written to. */
function readOnlyRoot(store: Store, layers: readonly LayerId[], folder: string): RootMount {
  const lower = store.layers.driver.lower(layers);
  if (lower.length > 1) return { lower };
  const empty = join(folder, 'empty');
  mkdirSync(empty, { recursive: true });
  return { lower: [...lower, empty] };
}

function writableRoot(store: Store, layers: readonly LayerId[], { upper, work }: LayerDraft): RootMount {
  return { lower: store.layers.driver.lower(layers), upper, work, volatile: true };
}

function missing(source: string): CaissonError {
  const message = `failed to compute cache key: failed to calculate checksum: "${source}": not found`;
  return new CaissonError('SOURCE_NOT_FOUND', message, {
    hint: 'Check the source of the mount: it is looked up in the root of what from= names.',
  });
}
