// Port specifications of EXPOSE: `[[ip:]host:]container[/protocol]`, where a port may be a range.

import { isIP } from 'node:net';
import type { Range } from '../../../grammar/index.ts';
import { ProblemError } from './problem.ts';

/** The container's ports that `spec` names, each as `8080/tcp`; throws `ProblemError` at `range`. */
export function portsOf(spec: string, range: Range): readonly string[] {
  const { ip, host, container } = splitSpec(spec);
  const [port = '', protocol = ''] = cut(container, '/');
  const lower = protocol.toLowerCase() || 'tcp';
  if (port === '') throw invalid(`invalid port: "${spec}": no port specified`, range);
  if (!protocols.has(lower)) throw invalid(`invalid port: "${spec}": invalid proto: ${lower}`, range);
  if (ip !== '' && isIP(ip.replace(/^\[(.*)\]$/, '$1')) === 0)
    throw invalid(`invalid IP address: ${ip}`, range);
  const ports = parseRange(port);
  if (!ports) throw invalid(`invalid containerPort: ${port}`, range);
  checkHost(host, port, ports, range);
  return Array.from(
    { length: ports.last - ports.first + 1 },
    (_, index) => `${ports.first + index}/${lower}`,
  );
}

const protocols = new Set(['tcp', 'udp', 'sctp']);

interface Ports {
  readonly first: number;
  readonly last: number;
}

function splitSpec(spec: string): { readonly ip: string; readonly host: string; readonly container: string } {
  const parts = spec.split(':');
  return { ip: parts.slice(0, -2).join(':'), host: parts.at(-2) ?? '', container: parts.at(-1) ?? '' };
}

function cut(text: string, separator: string): readonly string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function checkHost(host: string, container: string, ports: Ports, range: Range): void {
  if (host === '') return;
  const hostPorts = parseRange(host);
  if (!hostPorts) throw invalid(`invalid hostPort: ${host}`, range);
  const [ours, theirs] = [ports.last - ports.first, hostPorts.last - hostPorts.first];
  if (ours !== theirs && ours !== 0)
    throw invalid(`invalid ranges specified for container and host Ports: ${container} and ${host}`, range);
}

function parseRange(text: string): Ports | undefined {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last && last <= 65535 ? { first, last } : undefined;
}

function invalid(message: string, range: Range): ProblemError {
  const hint =
    'Write a port from 0 to 65535 or a range such as 8000-8010, and tcp, udp or sctp after a slash.';
  return new ProblemError({ code: 'PORT_INVALID', message, hint, range });
}
