// Addresses that only this machine and those on its link can ask: what a stranger names must not be asked there by us.

import { type LookupAddress, lookup } from 'node:dns';
import { lookup as lookUp } from 'node:dns/promises';
import { BlockList, type LookupFunction } from 'node:net';
import { CaissonError } from '../../../core/index.ts';
import { unlessAborted } from './aborted.ts';
import { bareHost } from './agents.ts';
import { shownUrl } from './problems.ts';

/**
 * Throws `REGISTRY_ERROR` where a URL leads to this machine, or to the metadata service of its cloud, as far as is known before
 * a connection: by its number, and for proxies, which look names up themselves.
 */
export async function refuseInward(url: URL, signal: AbortSignal): Promise<void> {
  // A name that is not known here fails later, or is known to a proxy.
  const found = lookUp(bareHost(url), { all: true }).catch(() => []);
  const addresses = await unlessAborted(found, signal);
  if (addresses.some(isInward)) throw refused(url);
}

/** Looks names up for a connection to a URL: a name may lead elsewhere than when it was asked for before, so what is connected to is checked. */
export function outwardLookup(url: URL): LookupFunction {
  return (name, options, done) =>
    lookup(name, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return done(error, '', 0);
      // The name of a proxy is not the stranger's.
      if (name === bareHost(url) && addresses.some(isInward)) return done(refused(url), '', 0);
      if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
}

function refused(url: URL): CaissonError {
  return new CaissonError('REGISTRY_ERROR', `"${shownUrl(url)}" leads to this machine or its link`, {
    hint: 'The URLs of foreign layers lead outside, unless the registry is itself on the loopback interface.',
  });
}

let inward: BlockList | undefined;

function isInward({ address, family }: LookupAddress): boolean {
  inward ??= inwardAddresses();
  return inward.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

function inwardAddresses(): BlockList {
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
