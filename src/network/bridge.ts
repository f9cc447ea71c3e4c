// The bridge of a root: made once, then found by a look at /sys.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { lock } from '../core/index.ts';
import { heredoc, mustRun, runScript, together } from './command.ts';
import type { Layout } from './layout.ts';
import { removeOrphans } from './orphans.ts';
import { bridgeRules } from './rules.ts';
import { formatSubnet, gatewayOf, type Subnet } from './subnet.ts';
import { readText } from './sysfs.ts';

/** How often a bridge in use is looked at for rules that a firewall's restart has flushed. */
const CHECK_INTERVAL = 60_000;

/** Makes sure that there is a bridge; throws `NETWORK_UNAVAILABLE`. */
export async function ensureBridge(layout: Layout, subnet: Subnet): Promise<void> {
  if (isMarked(layout, subnet)) return;
  await underLock(layout, async () => {
    if (isMarked(layout, subnet)) return;
    await removeOrphans();
    await makeBridge(layout, subnet);
    mark(layout, subnet);
  });
}

/** Makes the rules of a bridge anew when they are gone; looks now and then only, and beside other work. */
export async function refreshRules(layout: Layout, subnet: Subnet): Promise<void> {
  if (Date.now() - (readMarker(layout)?.checked ?? 0) < CHECK_INTERVAL) return;
  const { code } = await runScript(`nft list chain ip ${layout.table} postrouting`);
  if (code !== 0) await underLock(layout, () => makeBridge(layout, subnet));
  mark(layout, subnet);
}

async function underLock(layout: Layout, work: () => Promise<void>): Promise<void> {
  mkdirSync(dirname(layout.lockFile), { recursive: true, mode: 0o700 });
  using _held = await lock(layout.lockFile);
  await work();
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

function isMarked(layout: Layout, subnet: Subnet): boolean {
  return readMarker(layout)?.signature === signature(layout, subnet);
}

function readMarker({ bridgeFile }: Layout): Marker | undefined {
  try {
    return JSON.parse(readText(bridgeFile) ?? '{}') as Marker;
  } catch {
    return undefined;
  }
}

function mark(layout: Layout, subnet: Subnet): void {
  const marker: Marker = { signature: signature(layout, subnet), checked: Date.now() };
  const temporary = `${layout.bridgeFile}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(marker));
  renameSync(temporary, layout.bridgeFile);
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
    `link set ${bridge} up${isPlain(layout.subnetFile) ? ` alias ${layout.subnetFile}` : ''}`,
  ];
  const rules = bridgeRules(table, bridge, subnet) + openForward(listed.stdout, bridge);
  const what = `set up the bridge "${bridge}"`;
  await together(
    mustRun(what, `exec ip -batch - ${heredoc(lines.join('\n'))}`),
    mustRun(what, `exec nft -f - ${heredoc(rules)}`),
  );
  writeFileSync(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, '1');
  if (readText('/proc/sys/net/ipv4/ip_forward')?.trim() !== '1')
    writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
}

/** What `ip` can take as an alias: the subnet's file, by which others see whether the bridge's root still exists. */
function isPlain(path: string): boolean {
  return /^[\w./@:+-]{1,255}$/.test(path);
}

/** Docker and others make iptables' FORWARD chain drop what it does not know: let our bridge pass, after all their rules. */
function openForward(listing: string, bridge: string): string {
  if (!listing.includes('policy drop') || listing.includes(`"${bridge}"`)) return '';
  return ['iifname', 'oifname']
    .map((side) => `add rule ip filter FORWARD ${side} "${bridge}" counter accept\n`)
    .join('');
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
