// Names and places of what one root keeps on the host, all derived from its folders and the sandbox ids.

import { dirname, join, resolve } from 'node:path';
import { CaissonError, nameHash } from '../core/index.ts';

/** The folders that a network works in. */
export interface NetworkFolders {
  /** Gone after a reboot, like the interfaces themselves (`/run/caisson/<root>`). Its parent is shared by all roots. */
  readonly runDirectory: string;
  /** Kept: the subnet of this root. */
  readonly stateDirectory: string;
}

/** Where things are and what they are called. */
export interface Layout {
  /** Seven hex digits that tell this root from others. */
  readonly root: string;
  /** At most 15 bytes: IFNAMSIZ. */
  readonly bridge: string;
  readonly bridgeMac: string;
  /** The nft table with this root's NAT and forwarding rules. */
  readonly table: string;
  readonly subnetFile: string;
  readonly bridgeFile: string;
  readonly lockFile: string;
  readonly namespaces: string;
  readonly addresses: string;
  readonly records: string;
  /** Shared by all roots of this host. */
  readonly ports: string;
}

/** The layout of a root; pure. */
export function layoutOf({ runDirectory, stateDirectory }: NetworkFolders): Layout {
  const run = resolve(runDirectory);
  const root = nameHash(run).slice(0, 7);
  return {
    root,
    bridge: `${bridgePrefix}${root}`,
    bridgeMac: `02:ca:${root.slice(0, 6).replace(/(..)(..)(..)/, '$1:$2:$3')}:01`,
    table: tableOfBridge(`${bridgePrefix}${root}`),
    subnetFile: join(resolve(stateDirectory), 'network.json'),
    bridgeFile: join(run, 'bridge.json'),
    lockFile: join(run, 'network.lock'),
    namespaces: join(run, 'netns'),
    addresses: join(run, 'addresses'),
    records: join(run, 'sandboxes'),
    ports: join(dirname(run), 'ports'),
  };
}

/** What the names of all bridges start with. */
export const bridgePrefix = 'caisson-';

/** The nft table that goes with a bridge. */
export function tableOfBridge(bridge: string): string {
  return bridge.replace('-', '_');
}

/** The host's end of a sandbox's veth pair. */
export function vethName({ root }: Layout, id: string): string {
  return `${vethPrefix(root)}${nameHash(id).slice(0, 8)}`;
}

/** What the names of this root's veth interfaces start with. */
export function vethPrefix(root: string): string {
  return `cv${root.slice(0, 5)}`;
}

/** The nft table of a sandbox with published ports; the id can be read back from it. */
export function sandboxTable({ table }: Layout, id: string): string {
  return `${table}_${Buffer.from(id).toString('hex')}`;
}

/** The sandbox id that a table name stands for; undefined for other tables. */
export function idOfTable({ table }: Layout, name: string): string | undefined {
  const code = name.startsWith(`${table}_`) ? name.slice(table.length + 1) : '';
  return code === '' ? undefined : Buffer.from(code, 'hex').toString();
}

/** An id names files, interfaces and tables; throws `NETWORK_REQUEST_INVALID`. */
export function checkId(id: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$/.test(id)) return id;
  throw new CaissonError(
    'NETWORK_REQUEST_INVALID',
    `The sandbox id "${id}" cannot name files and interfaces`,
    {
      hint: 'Use up to 100 letters, digits, "_", "." and "-", a letter or digit first.',
    },
  );
}
