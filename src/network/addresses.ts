// Addresses of sandboxes, claimed one by one by any number of processes.

import { CaissonError, randomInt } from '../core/index.ts';
import { claim, entries } from './claims.ts';
import type { Layout } from './layout.ts';
import { formatAddress, formatSubnet, type Subnet } from './subnet.ts';

/** Network, gateway and broadcast are nobody's. */
const RESERVED = 3;

/**
 * Claims a free address for a sandbox. It starts at a random one: an address just given up is not used at once,
 * while neighbours still remember who had it. Throws `NETWORK_UNAVAILABLE` when all are taken.
 */
export function claimAddress({ addresses }: Layout, subnet: Subnet, id: string): string {
  const size = 2 ** (32 - subnet.prefix) - RESERVED;
  const taken = new Set(entries(addresses));
  const start = randomInt(0, size);
  for (let step = 0; step < size; step++) {
    const address = formatAddress(subnet.base + 2 + ((start + step) % size));
    if (!taken.has(address) && claim(addresses, address, id)) return address;
  }
  throw new CaissonError(
    'NETWORK_UNAVAILABLE',
    `All ${size} addresses of ${formatSubnet(subnet)} are taken`,
    {
      hint: 'Remove containers that are not needed.',
    },
  );
}

/** The hardware address that goes with an address, so that neighbours need not learn a new one when it is used again. */
export function macOf(address: string): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `02:ca:${bytes.join(':')}`;
}
