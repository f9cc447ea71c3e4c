// The nft rules: one table for a root's bridge, and one more for each sandbox that publishes ports.

import { formatSubnet, gatewayOf, type Subnet } from './subnet.ts';
import type { PortBinding } from './types.ts';

/**
 * The table of a bridge. Containers reach out (masqueraded); what comes in is an answer, a published port or a neighbour.
 * From the bridge nothing may claim the host's loopback (route_localnet is on for it) or a foreign source address.
 */
export function bridgeRules(table: string, bridge: string, subnet: Subnet): string {
  const network = formatSubnet(subnet);
  return `add table ip ${table}
delete table ip ${table}
table ip ${table} {
 chain raw {
  type filter hook prerouting priority raw; policy accept;
  iifname "${bridge}" ip daddr 127.0.0.0/8 drop
  iifname "${bridge}" ip saddr != { ${network}, 0.0.0.0 } drop
 }
 chain forward {
  type filter hook forward priority filter; policy accept;
  oifname "${bridge}" ct state established,related accept
  oifname "${bridge}" iifname "${bridge}" accept
  oifname "${bridge}" ct status dnat accept
  oifname "${bridge}" drop
 }
 chain postrouting {
  type nat hook postrouting priority srcnat; policy accept;
  ip saddr ${network} oifname != "${bridge}" masquerade
 }
}
`;
}

/**
 * The table of a sandbox's published ports: from outside (prerouting), from the host itself (output), and with the
 * bridge's address as source where the answer would else go another way: from loopback, and from neighbours.
 */
export function portRules(
  table: string,
  bridge: string,
  subnet: Subnet,
  address: string,
  ports: readonly PortBinding[],
): string {
  const forwards = ports.map((port) => forwardRule(port, address)).join('\n');
  return `table ip ${table} {
 chain prerouting {
  type nat hook prerouting priority dstnat; policy accept;
${forwards}
 }
 chain output {
  type nat hook output priority -100; policy accept;
${forwards}
 }
 chain postrouting {
  type nat hook postrouting priority srcnat; policy accept;
  oifname "${bridge}" ip daddr ${address} ip saddr 127.0.0.0/8 snat to ${gatewayOf(subnet)}
  oifname "${bridge}" ip daddr ${address} ip saddr ${formatSubnet(subnet)} ct status dnat masquerade
 }
}
`;
}

function forwardRule(
  { protocol, hostAddress, hostPort, containerPort }: PortBinding,
  address: string,
): string {
  const destination = isWildcard(hostAddress) ? 'fib daddr type local' : `ip daddr ${hostAddress}`;
  return `  ${destination} ${protocol} dport ${hostPort} dnat to ${address}:${containerPort}`;
}

/** Whether a binding is for every address of the host. */
export function isWildcard(hostAddress: string | undefined): boolean {
  return hostAddress === undefined || hostAddress === '' || hostAddress === '0.0.0.0';
}
