// Network namespaces kept alive by a file, with their interfaces: what the kernel must do, as one script each.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../core/index.ts';
import { macOf } from './addresses.ts';
import { uplinkMtu } from './bridge.ts';
import { heredoc, mustRun, runScript, together } from './command.ts';
import { type Layout, sandboxTable, vethName } from './layout.ts';
import { recordPath } from './records.ts';
import { portRules } from './rules.ts';
import { gatewayOf, type Subnet } from './subnet.ts';
import type { Link, PortBinding } from './types.ts';

/** What a sandbox is connected by. */
export interface Connection {
  readonly address: string;
  readonly subnet: Subnet;
  readonly ports: readonly PortBinding[];
}

/** Makes a namespace with only a loopback, at `path`. */
export async function makeIsolated(path: string): Promise<void> {
  await mustRun('make a network namespace', `: > "$1" && exec unshare --net="$1" ip link set lo up`, path);
}

/**
 * Makes a namespace at `path` and connects it. The veth pair is made from inside: `unshare` becomes the `ip` that makes it
 * and configures its own end, which saves a process; the other end is put into the namespace of this process.
 */
export async function makeBridged(
  layout: Layout,
  id: string,
  path: string,
  connection: Connection,
): Promise<void> {
  const { address, subnet, ports } = connection;
  const veth = vethName(layout, id);
  const mtu = uplinkMtu();
  const size = mtu === undefined ? '' : `mtu ${mtu} `;
  const inside = [
    'link set lo up',
    `link add eth0 ${size}address ${macOf(address)} type veth peer name ${veth} ${size}netns ${process.pid}`,
    'link set eth0 addrgenmode none',
    `addr add ${address}/${subnet.prefix} dev eth0`,
    'link set eth0 up',
    `route add default via ${gatewayOf(subnet)}`,
  ];
  const outside = [
    `link set ${veth} addrgenmode none`,
    `link set ${veth} master ${layout.bridge} alias ${id} up`,
    ...(ports.length > 0 ? [hairpin(veth)] : []),
  ];
  await together(
    mustRun(
      'connect a network namespace',
      `set -e
: > "$1"
unshare --net="$1" ip -batch - ${heredoc(inside.join('\n'))}
exec ip -batch - ${heredoc(outside.join('\n'))}`,
      path,
    ),
    publish(layout, id, connection),
  );
}

/** The link of a sandbox whose namespace is made elsewhere. */
export function linkOf(layout: Layout, id: string, { address, subnet, ports }: Connection): Link {
  const mtu = uplinkMtu();
  return {
    name: vethName(layout, id),
    bridge: layout.bridge,
    owner: id,
    address,
    prefix: subnet.prefix,
    gateway: gatewayOf(subnet),
    macAddress: macOf(address),
    ...(mtu === undefined ? {} : { mtu }),
    hairpin: ports.length > 0,
    claim: join(layout.addresses, address),
    record: recordPath(layout, id),
  };
}

/** Makes the rules of the ports that a sandbox publishes. */
export async function publish(
  layout: Layout,
  id: string,
  { address, subnet, ports }: Connection,
): Promise<void> {
  if (ports.length === 0) return;
  const rules = portRules(sandboxTable(layout, id), layout.bridge, subnet, address, ports);
  await mustRun('publish ports', `exec nft -f - ${heredoc(rules)}`);
}

/** Lets frames out where they came in: a container that calls its own published port, where bridges pass through netfilter. */
function hairpin(veth: string): string {
  return `link set ${veth} type bridge_slave hairpin on`;
}

/** Lets go of the namespace at `path`; the kernel then takes its interfaces away by itself, in some milliseconds. */
export async function releaseNamespace(path: string): Promise<void> {
  const { stderr } = await runScript('exec umount -l "$1"', path);
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    throw new CaissonError(
      'NETWORK_UNAVAILABLE',
      `Cannot remove the network namespace "${path}": ${stderr.trim()}`,
      {
        hint: 'Run as root; if it stays, unmount it with "umount -l".',
        cause,
      },
    );
  }
}

/** Deletes an interface and with it its other end; slower than letting the kernel do it. */
export async function deleteInterface(name: string): Promise<void> {
  await mustRun(`delete the interface "${name}"`, `ip link del ${name} || [ ! -e /sys/class/net/${name} ]`);
}

/** Deletes an nft table, if it is there. */
export async function deleteTable(name: string): Promise<void> {
  await mustRun(
    'delete the rules of a sandbox',
    `exec nft -f - ${heredoc(`add table ip ${name}\ndelete table ip ${name}`)}`,
  );
}
