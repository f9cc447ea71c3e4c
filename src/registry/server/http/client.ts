// Who a request comes from, as far as shares of the server are counted.

import type { Exchange } from './types.ts';

/** The user once that is known, else the address; of IPv6 its network, as one host has all addresses of a /64. */
export function clientOf({ user, client }: Pick<Exchange, 'user' | 'client'>): string {
  return user === undefined ? networkOf(client) : `user ${user}`;
}

function networkOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const left = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return `${[...head, ...left, ...tail].slice(0, 4).join(':')}::/64`;
}
