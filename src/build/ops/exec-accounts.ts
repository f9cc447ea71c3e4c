// /etc/passwd and /etc/group of a chain of layers, remembered: most steps leave them as they are.

import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { getXattr } from '../../core/index.ts';
import type { LayerId, Store, TreeView } from '../../store/index.ts';

/** The texts of the account files; empty where there is none. */
export interface AccountFiles {
  readonly passwd: string;
  readonly group: string;
  /** Both lie where their paths say, behind no link. */
  readonly direct: boolean;
}

const [passwd, group] = ['/etc/passwd', '/etc/group'];
const rememberedChains = 1000;
const remembered = new WeakMap<Store, Map<string, AccountFiles>>();

/** The account files of the tree of `layers` (bottom first). Throws `FILE_TOO_LARGE`. */
export function accountFiles(store: Store, layers: readonly LayerId[]): AccountFiles {
  const chains = remembered.get(store) ?? new Map<string, AccountFiles>();
  remembered.set(store, chains);
  const chain = layers.join(' ');
  const known = chains.get(chain) ?? inherited(store, chains, layers) ?? read(store.layers.view(layers));
  if (chains.size >= rememberedChains) chains.clear();
  chains.set(chain, known);
  return known;
}

/** Those of the chain below, when the topmost layer leaves them alone. */
function inherited(
  store: Store,
  chains: ReadonlyMap<string, AccountFiles>,
  layers: readonly LayerId[],
): AccountFiles | undefined {
  const below = chains.get(layers.slice(0, -1).join(' '));
  const [top] = store.layers.driver.lower(layers.slice(-1));
  if (below?.direct !== true || top === undefined) return undefined;
  return leavesAccounts(top) ? below : undefined;
}

/** A step's mounts may have put /etc itself into its layer; a folder that hides the one below is opaque. */
function leavesAccounts(layer: string): boolean {
  const entry = (path: string): Stats | undefined => lstatSync(join(layer, path), { throwIfNoEntry: false });
  const folder = entry('/etc');
  if (folder === undefined) return true;
  if (!folder.isDirectory() || entry(passwd) || entry(group)) return false;
  return getXattr(join(layer, '/etc'), 'trusted.overlay.opaque') === undefined;
}

function read(view: TreeView): AccountFiles {
  const direct = view.resolve(passwd) === passwd && view.resolve(group) === group;
  return { passwd: textOf(view, passwd), group: textOf(view, group), direct };
}

function textOf(view: TreeView, path: string): string {
  return view.read(path)?.toString('utf8') ?? '';
}
