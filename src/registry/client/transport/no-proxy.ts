// Hosts that are reached without the proxy: NO_PROXY as Go's clients read it.

import { BlockList, isIP } from 'node:net';
import { bareHost } from './agents.ts';

/** Whether one of the entries is about the URL's host: `*`, a domain with those below it (`.domain`: those alone), an address, a range (`10.0.0.0/8`); all but `*` and ranges may have a port. */
export function isExempt(url: URL, list: string): boolean {
  const entries = list.toLowerCase().split(/[\s,]+/);
  return entries.some((entry) => entry !== '' && names(entry, url));
}

function names(entry: string, url: URL): boolean {
  const host = bareHost(url);
  if (entry === '*') return true;
  if (entry.includes('/')) return isIP(host) > 0 && isWithin(host, entry);
  const [, name = '', port] = isIP(entry) ? ['', entry] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  if (port !== undefined && Number(port) !== portOf(url)) return false;
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare)) return isIP(host) > 0 && isWithin(host, `${bare}/${isIP(bare) === 4 ? 32 : 128}`);
  const domain = bare.replace(/^\*(?=\.)/, '');
  return domain.startsWith('.') ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

function isWithin(address: string, range: string): boolean {
  const [, net = '', bits] = /^(.*)\/(\d{1,3})$/.exec(range) ?? [];
  const family = isIP(net);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(net, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
