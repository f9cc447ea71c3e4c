// The subnet of a root: chosen once among private ranges, free of conflicts with the host's routes, then kept.

import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CaissonError, errnoOf, nameHash } from '../core/index.ts';
import type { Layout } from './layout.ts';

/** An IPv4 subnet; addresses as numbers. */
export interface Subnet {
  readonly base: number;
  readonly prefix: number;
}

const PREFIX = 20;
/** 10.128.0.0 to 10.254.255.255 in blocks of 4096 addresses: away from the ranges routers and Docker favour. */
const FIRST = (10 << 24) + (128 << 16);
const COUNT = 127 * 16;

/**
 * The subnet of this root: chosen the first time, and again when the host has got a route into it while there was no bridge.
 * Throws `NETWORK_UNAVAILABLE` when none is free, `NETWORK_STATE_INVALID`.
 */
export function subnetOf(layout: Layout): Subnet {
  const kept = readSubnet(layout);
  if (kept && existsSync(`/sys/class/net/${layout.bridge}`)) return kept;
  const taken = hostSubnets();
  if (kept && !taken.some((other) => overlaps(kept, other))) return kept;
  if (kept) rmSync(layout.subnetFile, { force: true });
  return keep(layout, choose(layout.root, taken));
}

/** What was chosen before, if anything. */
function readSubnet({ subnetFile }: Layout): Subnet | undefined {
  try {
    return parseSubnet((JSON.parse(readFileSync(subnetFile, 'utf8')) as { subnet: string }).subnet);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw new CaissonError('NETWORK_STATE_INVALID', `The subnet file "${subnetFile}" cannot be read`, {
      hint: 'Remove it while no container runs; a new subnet is chosen then.',
      cause: error,
    });
  }
}

/** The first free block, searching from a place that depends on the root, so that roots rarely meet. */
export function choose(root: string, taken: readonly Subnet[]): Subnet {
  const start = Number.parseInt(nameHash(root).slice(0, 8), 16);
  for (let step = 0; step < COUNT; step++) {
    const candidate = { base: FIRST + ((start + step) % COUNT) * 2 ** (32 - PREFIX), prefix: PREFIX };
    if (!taken.some((other) => overlaps(candidate, other))) return candidate;
  }
  throw new CaissonError('NETWORK_UNAVAILABLE', "No subnet in 10.128.0.0/9 is free of the host's routes", {
    hint: 'Use --network host, or remove routes that cover the whole range.',
  });
}

/** `10.1.2.3` as a number; undefined for what is no IPv4 address. */
export function parseAddress(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts?.every((part) => part < 256)) return undefined;
  return parts.reduce((value, part) => value * 256 + part, 0);
}

/** A number as `10.1.2.3`. */
export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** `10.1.0.0/20`. */
export function formatSubnet({ base, prefix }: Subnet): string {
  return `${formatAddress(base)}/${prefix}`;
}

/** The bridge's own address: the first of the subnet. */
export function gatewayOf({ base }: Subnet): string {
  return formatAddress(base + 1);
}

function parseSubnet(text: string): Subnet {
  const [address = '', prefix = ''] = text.split('/');
  const base = parseAddress(address);
  const length = Number(prefix);
  if (
    base === undefined ||
    !Number.isInteger(length) ||
    length < 8 ||
    length > 30 ||
    base % 2 ** (32 - length) !== 0
  )
    throw new Error(`"${text}" is not a subnet`);
  return { base, prefix: length };
}

/** Two processes may choose at once: the first link wins, and both use what it says. */
function keep(layout: Layout, subnet: Subnet): Subnet {
  const temporary = `${layout.subnetFile}.${process.pid}`;
  mkdirSync(dirname(layout.subnetFile), { recursive: true });
  writeFileSync(temporary, `${JSON.stringify({ subnet: formatSubnet(subnet) })}\n`);
  try {
    linkSync(temporary, layout.subnetFile);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readSubnet(layout) ?? subnet;
}

function overlaps(a: Subnet, b: Subnet): boolean {
  const shorter = Math.min(a.prefix, b.prefix);
  return Math.floor(a.base / 2 ** (32 - shorter)) === Math.floor(b.base / 2 ** (32 - shorter));
}

/** The host's routes (default routes aside) and name servers: none of them may become ours. */
function hostSubnets(): readonly Subnet[] {
  const routes = readFileSync('/proc/net/route', 'latin1').split('\n').slice(1).flatMap(routeSubnet);
  return [...routes, ...nameServers()];
}

/** A line of /proc/net/route: interface, destination and, seven fields on, mask; numbers in host byte order. */
function routeSubnet(line: string): readonly Subnet[] {
  const fields = line.trim().split(/\s+/);
  const [base, mask] = [fields[1], fields[7]].map((hex) => Buffer.from(hex ?? '', 'hex'));
  if (base?.length !== 4 || mask?.length !== 4) return [];
  const prefix = mask.reduce((bits, byte) => bits + byte.toString(2).replaceAll('0', '').length, 0);
  return prefix === 0 ? [] : [{ base: base.readUInt32LE(), prefix }];
}

function nameServers(): readonly Subnet[] {
  try {
    const text = readFileSync('/etc/resolv.conf', 'latin1');
    return [...text.matchAll(/^nameserver\s+(\S+)/gm)].flatMap(([, server = '']) => {
      const base = parseAddress(server);
      return base === undefined ? [] : [{ base, prefix: 32 }];
    });
  } catch {
    return [];
  }
}
