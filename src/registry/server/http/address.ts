// Addresses that a server listens on.

import type { Server } from 'node:http';
import { CaissonError } from '../../../core/index.ts';
import type { ServerAddress } from '../types.ts';

/** `127.0.0.1:5000`, `[::1]:5000`, `:5000` for all addresses. Throws `ADDRESS_INVALID`. */
export function parseAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):([0-9]{1,5})$/.exec(address);
  const port = Number(match?.[3]);
  if (match && port <= 65535) return { host: match[1] ?? (match[2] || '::'), port };
  throw new CaissonError('ADDRESS_INVALID', `"${address}" is not an address to listen on`, {
    hint: 'Expected host and port, like "127.0.0.1:5000", "[::1]:5000", or ":5000" for all addresses.',
  });
}

/** Where a server that listens can be reached. */
export function addressOf(server: Server, secure: boolean): ServerAddress {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The server does not listen on a port');
  const { address: host, port } = bound;
  return {
    host,
    port,
    url: `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
  };
}
