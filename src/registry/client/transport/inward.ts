// Addresses that only this machine and those on its link can ask: what a stranger names must not be asked there by us.

import { lookup } from 'node:dns/promises';
import { BlockList } from 'node:net';
import { CaissonError } from '../../../core/index.ts';
import { bareHost } from './agents.ts';
import { shownUrl } from './problems.ts';

/** Throws `REGISTRY_ERROR` where a URL leads to this machine, or to the metadata service of its cloud. */
export async function refuseInward(url: URL): Promise<void> {
  // A name that is not known here fails later, or is known to a proxy.
  const addresses = await lookup(bareHost(url), { all: true }).catch(() => []);
  const list = inward();
  if (addresses.some(({ address, family }) => list.check(address, family === 6 ? 'ipv6' : 'ipv4')))
    throw new CaissonError('REGISTRY_ERROR', `"${shownUrl(url)}" leads to this machine or its link`, {
      hint: 'The URLs of foreign layers lead outside, unless the registry is itself on the loopback interface.',
    });
}

function inward(): BlockList {
  const list = new BlockList();
  for (const [net, bits] of [
    ['0.0.0.0', 8] as const,
    ['127.0.0.0', 8] as const,
    ['169.254.0.0', 16] as const,
  ])
    list.addSubnet(net, bits, 'ipv4');
  for (const address of ['::', '::1', 'fd00:ec2::254']) list.addAddress(address, 'ipv6');
  list.addSubnet('fe80::', 10, 'ipv6');
  return list;
}
