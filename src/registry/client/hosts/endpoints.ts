// A registry's entry → the endpoints that answer for it.

import { CaissonError } from '../../../core/index.ts';
import type { Endpoint, EndpointTls, Hosts } from '../types.ts';
import { certificatesFor, readPem } from './certificates.ts';
import { isLoopback } from './loopback.ts';
import { defaultEntry } from './parse.ts';
import type { HostSettings, HostsTable, RegistryEntry } from './types.ts';

/** What endpoints are made with, beside the table. */
export interface EndpointSources {
  readonly environment: NodeJS.ProcessEnv;
  readonly certificateFolders: readonly string[];
}

/** The endpoints that a table gives; certificates and header values are looked up when a registry is first asked for. */
export function hostsOf(table: HostsTable, sources: EndpointSources): Hosts {
  const made = new Map<string, readonly Endpoint[]>();
  return {
    endpoints(domain, { insecure = false } = {}) {
      const key = `${insecure} ${domain}`;
      const endpoints = made.get(key) ?? endpointsOf(table, sources, checkedDomain(domain), insecure);
      made.set(key, endpoints);
      return endpoints;
    },
  };
}

function checkedDomain(domain: string): string {
  if (
    /^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[a-fA-F0-9:]+\])(:\d{1,5})?$/.test(domain) &&
    isHost(domain)
  )
    return domain;
  throw new CaissonError('REFERENCE_INVALID', `"${domain}" is not the name of a registry`, {
    hint: 'Write HOST or HOST:PORT.',
  });
}

/** No port has 99999, no address 999. */
function isHost(domain: string): boolean {
  return URL.canParse(`https://${domain}`);
}

function endpointsOf(
  table: HostsTable,
  sources: EndpointSources,
  domain: string,
  insecure: boolean,
): readonly Endpoint[] {
  const entry = entryFor(table, domain) ?? { mirrors: [] };
  const context: Context = { table, sources, domain };
  const { mirrors, ...own } = entry;
  return [
    ...mirrors.map((mirror) => endpointOf(context, 'mirror', mirror)),
    endpointOf(context, 'registry', insecure ? { ...own, insecure } : own),
  ];
}

/** That of its name, else that of the longest `*.HOST` it is below, as in containers' `registries.conf`: with a port for that port alone. */
function entryFor({ entries }: HostsTable, domain: string): RegistryEntry | undefined {
  const host = domain.replace(/:\d+$/, '');
  const above = [...entries.keys()].filter(
    (name) => name.startsWith('*.') && [domain, host].some((each) => each.endsWith(name.slice(1))),
  );
  const nearest = above.toSorted((a, b) => b.length - a.length)[0] ?? defaultEntry;
  return entries.get(domain) ?? entries.get(nearest);
}

interface Context {
  readonly table: HostsTable;
  readonly sources: EndpointSources;
  readonly domain: string;
}

const usualTimeouts = { connect: 15_000, idle: 60_000 };
const capabilities: Readonly<Record<Endpoint['kind'], Endpoint['capabilities']>> = {
  mirror: new Set(['pull', 'resolve']),
  registry: new Set(['pull', 'resolve', 'push']),
};

function endpointOf(context: Context, kind: Endpoint['kind'], said: HostSettings): Endpoint {
  const { domain } = context;
  const base = new URL(filled(said.url ?? usualUrl(domain, said.plainHttp ?? false), domain));
  if (said.plainHttp) base.protocol = 'http:';
  return {
    domain,
    base,
    prefix: said.prefix === undefined ? '' : `${filled(said.prefix, domain)}/`,
    kind,
    capabilities: said.capabilities ?? capabilities[kind],
    headers: headersOf(context, said.headers ?? {}),
    tls: tlsOf(context, base, said),
    timeouts: {
      connect: said.connect ?? usualTimeouts.connect,
      idle: said.idle ?? usualTimeouts.idle,
    },
    plainFallback: base.protocol === 'https:' && (said.insecure === true || isLoopback(base.host)),
  };
}

/** Docker Hub answers under another name than it has. */
function usualUrl(domain: string, plain: boolean): string {
  return `${plain ? 'http' : 'https'}://${domain === 'docker.io' ? 'registry-1.docker.io' : domain}`;
}

/** A colon cannot be in the name of a repository. */
function filled(text: string, domain: string): string {
  return text.replaceAll('{registry}', domain.replaceAll(':', '-').replace(/[[\]]/g, '').toLowerCase());
}

function tlsOf({ sources }: Context, base: URL, said: HostSettings): EndpointTls {
  const found = certificatesFor(base.host, sources.certificateFolders);
  return {
    ...found,
    ...(said.ca ? { ca: said.ca.map(readPem) } : {}),
    ...(said.cert !== undefined && said.key !== undefined
      ? { cert: readPem(said.cert), key: readPem(said.key) }
      : {}),
    skipVerify: said.insecure ?? false,
  };
}

function headersOf(context: Context, headers: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, headerValue(context, name, text)]),
  );
}

function headerValue({ table, sources, domain }: Context, name: string, text: string): string {
  const value = text.replace(/\$\{env:([^}]*)\}/g, (_, variable: string) => {
    const found = sources.environment[variable];
    if (found !== undefined) return found;
    throw new CaissonError(
      'HOSTS_INVALID',
      `The header "${name}" for "${domain}" needs the environment variable "${variable}", which is not set`,
      { hint: `The hosts file "${table.file}" asks for it.` },
    );
  });
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw new CaissonError(
    'HOSTS_INVALID',
    `The value of the header "${name}" for "${domain}" has characters that headers cannot have`,
  );
}
