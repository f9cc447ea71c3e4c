// /etc/resolv.conf for containers, from the host's: name servers that a container cannot reach are left out.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { CaissonError } from '../core/index.ts';
import type { SandboxRequest } from './types.ts';

/** Where systemd-resolved lists the servers behind its stub on 127.0.0.53. */
const RESOLVED_FILE = '/run/systemd/resolve/resolv.conf';
/** Docker's choice where the host has none that can be used. */
const FALLBACK = ['8.8.8.8', '8.8.4.4'];

/** The file for a sandbox; throws `NETWORK_REQUEST_INVALID`. */
export function resolverFile(
  request: Pick<SandboxRequest, 'mode' | 'dns' | 'dnsSearch'>,
  read: (path: string) => string | undefined = readFile,
): string {
  const text = hostFile(read);
  const sharesHost = request.mode.kind === 'host';
  const usable = serversOf(text).filter((server) => sharesHost || reachable(server));
  const servers = request.dns?.length ? request.dns.map(checkServer) : usable.length > 0 ? usable : FALLBACK;
  const search = request.dnsSearch?.length ? searchOf(request.dnsSearch) : valuesOf(text, 'search').at(-1);
  const options = valuesOf(text, 'options').at(-1);
  return [
    ...servers.map((server) => `nameserver ${server}\n`),
    ...(search ? [`search ${search}\n`] : []),
    ...(options ? [`options ${options}\n`] : []),
  ].join('');
}

/** The host's file, or the one behind systemd-resolved's stub. */
function hostFile(read: (path: string) => string | undefined): string {
  const text = read('/etc/resolv.conf') ?? '';
  const servers = serversOf(text);
  return servers.length === 1 && servers[0] === '127.0.0.53' ? (read(RESOLVED_FILE) ?? text) : text;
}

/** The host's loopback is not the container's, and sandboxes have no IPv6 route. */
function reachable(server: string): boolean {
  return isIP(server) === 4 && !server.startsWith('127.');
}

function serversOf(text: string): readonly string[] {
  return valuesOf(text, 'nameserver').filter((server) => isIP(server.split('%', 1)[0] ?? '') !== 0);
}

function valuesOf(text: string, keyword: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [word, ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    return word === keyword && values.length > 0 ? [values.join(' ')] : [];
  });
}

/** A lone `.` asks for no search list. */
function searchOf(domains: readonly string[]): string {
  for (const domain of domains) if (!/^[^\s#;]{1,253}$/.test(domain)) throw invalid('search domain', domain);
  return domains.filter((domain) => domain !== '.').join(' ');
}

function checkServer(server: string): string {
  if (isIP(server) === 0) throw invalid('name server', server);
  return server;
}

function invalid(what: string, value: string): CaissonError {
  return new CaissonError('NETWORK_REQUEST_INVALID', `The ${what} "${value}" cannot be used`, {
    hint: what === 'name server' ? 'Give an IP address.' : 'Give a domain, or "." for none.',
  });
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
