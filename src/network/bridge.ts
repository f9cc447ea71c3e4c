// The bridge of a root: made once, then found by a look at /sys.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, lock } from '../core/index.ts';
import { heredoc, mustRun, runScript, together } from './command.ts';
import type { Layout } from './layout.ts';
import { bridgeRules } from './rules.ts';
import { formatSubnet, gatewayOf, type Subnet } from './subnet.ts';

/** How often a bridge in use is looked at for rules that a firewall's restart has flushed. */
const CHECK_INTERVAL = 60_000;

/** Makes sure that the bridge is up with its rules; throws `NETWORK_UNAVAILABLE`. */
export async function ensureBridge(layout: Layout, subnet: Subnet): Promise<void> {
  const marker = readMarker(layout);
  const current = signature(layout, subnet);
  if (marker?.signature === current && Date.now() - marker.checked < CHECK_INTERVAL) return;
  mkdirSync(dirname(layout.lockFile), { recursive: true, mode: 0o700 });
  using _held = await lock(layout.lockFile);
  const now = readMarker(layout);
  if (now?.signature === current && (now.checked !== marker?.checked || (await hasRules(layout))))
    return mark(layout, current);
  await makeBridge(layout, subnet);
  mark(layout, signature(layout, subnet));
}

/** Takes bridge and rules away; containers that still use it lose their network. */
export async function removeBridge(layout: Layout): Promise<void> {
  const { bridge, table } = layout;
  const listed = await runScript('nft -a list chain ip filter FORWARD 2>/dev/null');
  const handles = forwardHandles(listed.stdout, bridge);
  const rules = [
    ...handles.map((handle) => `delete rule ip filter FORWARD handle ${handle}`),
    `add table ip ${table}`,
    `delete table ip ${table}`,
  ];
  await runScript(`ip link del ${bridge} 2>/dev/null; nft -f - ${heredoc(rules.join('\n'))}`);
}

interface Marker {
  readonly signature: string;
  readonly checked: number;
}

/** What must be as it was: the bridge itself, and Docker's, whose coming makes FORWARD's policy drop. */
function signature({ bridge }: Layout, subnet: Subnet): string {
  return [bridge, 'docker0'].map(interfaceIndex).concat(formatSubnet(subnet)).join(' ');
}

function interfaceIndex(name: string): string {
  return readText(`/sys/class/net/${name}/ifindex`)?.trim() ?? '-';
}

function readMarker({ bridgeFile }: Layout): Marker | undefined {
  const text = readText(bridgeFile);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Marker);
  } catch {
    return undefined;
  }
}

function mark({ bridgeFile }: Layout, signature: string): void {
  writeFileSync(`${bridgeFile}.new`, JSON.stringify({ signature, checked: Date.now() }));
  renameSync(`${bridgeFile}.new`, bridgeFile);
}

async function hasRules({ table }: Layout): Promise<boolean> {
  return (await runScript(`nft list chain ip ${table} postrouting`)).code === 0;
}

async function makeBridge(layout: Layout, subnet: Subnet): Promise<void> {
  const { bridge, bridgeMac, table } = layout;
  const address = `${gatewayOf(subnet)}/${subnet.prefix}`;
  const listed = await runScript('nft list chain ip filter FORWARD 2>/dev/null');
  const mtu = uplinkMtu();
  const lines = [
    ...(interfaceIndex(bridge) === '-' ? [`link add name ${bridge} address ${bridgeMac} type bridge`] : []),
    `link set ${bridge} addrgenmode none`,
    ...(mtu === undefined ? [] : [`link set ${bridge} mtu ${mtu}`]),
    `addr replace ${address} dev ${bridge}`,
    `link set ${bridge} up`,
  ];
  const rules = bridgeRules(table, bridge, subnet) + openForward(listed.stdout, bridge);
  const what = `set up the bridge '${bridge}'`;
  await together(
    mustRun(what, `exec ip -batch - ${heredoc(lines.join('\n'))}`),
    mustRun(what, `exec nft -f - ${heredoc(rules)}`),
  );
  writeFileSync(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, '1');
  if (readText('/proc/sys/net/ipv4/ip_forward')?.trim() !== '1')
    writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
}

/** Docker and others make iptables' FORWARD chain drop what it does not know: let our bridge pass, after all their rules. */
function openForward(listing: string, bridge: string): string {
  if (!listing.includes('policy drop') || listing.includes(`"${bridge}"`)) return '';
  return ['iifname', 'oifname']
    .map((side) => `add rule ip filter FORWARD ${side} "${bridge}" counter accept\n`)
    .join('');
}

function forwardHandles(listing: string, bridge: string): readonly string[] {
  return listing
    .split('\n')
    .filter((line) => line.includes(`"${bridge}"`))
    .flatMap((line) => /# handle (\d+)$/.exec(line)?.[1] ?? []);
}

/** The MTU of the default route's interface where it is not the usual one; tunnels and clouds have less. */
export function uplinkMtu(): number | undefined {
  const route = readText('/proc/net/route')
    ?.split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000');
  const mtu = Number(readText(`/sys/class/net/${route?.[0]}/mtu`));
  return mtu >= 576 && mtu !== 1500 ? Math.min(mtu, 65535) : undefined;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENODEV', 'EINVAL', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
