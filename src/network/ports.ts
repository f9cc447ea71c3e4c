// Published ports: which of the host's they get, and that nobody else has them.

import { createSocket } from 'node:dgram';
import { existsSync, rmSync } from 'node:fs';
import { createServer, isIPv4 } from 'node:net';
import { join } from 'node:path';
import { CaissonError, errnoOf } from '../core/index.ts';
import { claim, claimant, claims } from './claims.ts';
import type { Layout } from './layout.ts';
import { isWildcard } from './rules.ts';
import type { PortBinding } from './types.ts';

const LARGEST_PORT = 65535;
const FREE_PORT_TRIES = 16;

/**
 * Claims the host ports of a sandbox for `record`, the file that says it exists; hostPort 0 becomes a free one.
 * Throws `PORT_IN_USE`, `NETWORK_REQUEST_INVALID`.
 */
export async function claimPorts(
  layout: Layout,
  record: string,
  ports: readonly PortBinding[],
): Promise<readonly PortBinding[]> {
  const claimed: PortBinding[] = [];
  for (const port of ports) claimed.push(await claimPort(layout, record, checkPort(port)));
  return claimed;
}

async function claimPort(layout: Layout, record: string, port: PortBinding): Promise<PortBinding> {
  for (let tries = port.hostPort === 0 ? FREE_PORT_TRIES : 1; ; tries--) {
    const hostPort = await bindable(port);
    const holder = holderOf(layout, record, { ...port, hostPort });
    if (holder === undefined) return { ...port, hostPort };
    if (tries <= 1) throw inUse({ ...port, hostPort }, `it is published by the container "${holder}"`);
  }
}

/** Claims the port and then looks for claims that overlap it; of two that claim at once at least one sees the other. */
function holderOf({ ports }: Layout, record: string, port: PortBinding): string | undefined {
  const name = claimName(port);
  while (!claim(ports, name, record)) {
    const holder = claimant(ports, name);
    if (holder === record) return ownerName(record);
    if (holder !== undefined && existsSync(holder)) return ownerName(holder);
    rmSync(join(ports, name), { force: true });
  }
  const [, other] =
    claims(ports).find(
      ([claimed, holder]) => claimed !== name && overlap(claimed, port) && existsSync(holder),
    ) ?? [];
  if (other !== undefined) rmSync(join(ports, name), { force: true });
  return other && ownerName(other);
}

function claimName({ protocol, hostPort, hostAddress }: PortBinding): string {
  return `${protocol}-${hostPort}-${isWildcard(hostAddress) ? '0.0.0.0' : hostAddress}`;
}

/** The same port of the same protocol, where one of the two is for every address. */
function overlap(name: string, port: PortBinding): boolean {
  const [protocol, number, address] = name.split('-');
  const same = protocol === port.protocol && number === String(port.hostPort);
  return same && (isWildcard(address) || isWildcard(port.hostAddress));
}

function ownerName(record: string): string {
  return record.slice(record.lastIndexOf('/') + 1).replace(/\.json$/, '');
}

/** Binds the port for a moment: the kernel says who else listens, and finds a free one for 0. */
async function bindable(port: PortBinding): Promise<number> {
  const host = isWildcard(port.hostAddress) ? '0.0.0.0' : (port.hostAddress ?? '');
  try {
    return await (port.protocol === 'tcp' ? bindTcp(host, port.hostPort) : bindUdp(host, port.hostPort));
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EADDRINUSE') throw inUse(port, 'another program listens on it');
    if (code !== 'EADDRNOTAVAIL') throw error;
    throw new CaissonError(
      'NETWORK_REQUEST_INVALID',
      `The host has no address "${host}" to publish ports on`,
      {
        hint: 'Give an address of this host, or none for all of them.',
      },
    );
  }
}

function bindTcp(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

function bindUdp(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4').on('error', reject);
    socket.bind({ address: host, port, exclusive: true }, () => {
      const { port: bound } = socket.address();
      socket.close(() => resolve(bound));
    });
  });
}

function checkPort(port: PortBinding): PortBinding {
  const { protocol, containerPort, hostPort, hostAddress } = port;
  const shown = `${hostAddress ?? ''}:${hostPort}:${containerPort}/${protocol}`;
  const valid = (number: number, least: number) =>
    Number.isInteger(number) && number >= least && number <= LARGEST_PORT;
  if (!valid(containerPort, 1) || !valid(hostPort, 0) || !['tcp', 'udp'].includes(protocol))
    throw invalidPort(shown, `Ports are 1 to ${LARGEST_PORT}, protocols "tcp" and "udp".`);
  if (!isWildcard(hostAddress) && !isIPv4(hostAddress ?? ''))
    throw invalidPort(shown, 'Give an IPv4 address of this host, or none for all of them.');
  return port;
}

function invalidPort(shown: string, hint: string): CaissonError {
  return new CaissonError('NETWORK_REQUEST_INVALID', `The port "${shown}" cannot be published`, { hint });
}

function inUse({ hostAddress, hostPort, protocol }: PortBinding, reason: string): CaissonError {
  const shown = `${isWildcard(hostAddress) ? '' : `${hostAddress}:`}${hostPort}/${protocol}`;
  return new CaissonError('PORT_IN_USE', `Port ${shown} of the host is taken: ${reason}`, {
    hint: `See who has it with 'ss -lpn sport = :${hostPort}', or publish another port.`,
  });
}
