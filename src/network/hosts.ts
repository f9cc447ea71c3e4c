// /etc/hosts as Docker writes it for containers and BuildKit for build steps.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { CaissonError } from '../core/index.ts';
import type { SandboxRequest } from './types.ts';

const containerLines = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::\tip6-localnet',
  'ff00::\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/**
 * The file for a sandbox; `address` is its own, `gateway` what `host-gateway` stands for. A container on the host's network
 * starts from the host's file. Throws `NETWORK_REQUEST_INVALID`.
 */
export function hostsFile(
  request: Pick<SandboxRequest, 'purpose' | 'mode' | 'hostname' | 'extraHosts'>,
  address: string | undefined,
  gateway: string,
): string {
  const extra = (request.extraHosts ?? []).map((entry) => extraHost(entry, gateway));
  if (request.purpose === 'build') return lines([...buildLines(request.hostname), ...extra]);
  if (request.mode.kind === 'host') return hostLines() + lines(extra);
  const own = address && request.hostname ? [`${address}\t${namesOf(request.hostname)}`] : [];
  return lines([...containerLines, ...extra, ...own]);
}

/** `a.b.c` is known by its first label too. */
function namesOf(hostname: string): string {
  const [first = ''] = checkName(hostname).split('.', 1);
  return first === hostname ? hostname : `${hostname} ${first}`;
}

function buildLines(hostname = 'buildkitsandbox'): readonly string[] {
  return [`127.0.0.1\tlocalhost ${checkName(hostname)}`, '::1\tlocalhost ip6-localhost ip6-loopback'];
}

function hostLines(): string {
  try {
    return readFileSync('/etc/hosts', 'utf8');
  } catch {
    return lines(containerLines);
  }
}

/** `name:address` or `name=address`; an IPv6 address may stand in brackets. */
function extraHost(entry: string, gateway: string): string {
  const [, name = '', target = ''] = /^([^:=]+)[:=](.+)$/.exec(entry) ?? [];
  const address = target === 'host-gateway' ? gateway : target.replace(/^\[(.*)\]$/, '$1');
  if (name !== '' && isIP(address) !== 0) return `${address}\t${checkName(name)}`;
  throw new CaissonError(
    'NETWORK_REQUEST_INVALID',
    `The extra host "${entry}" is not of the form "name:address"`,
    {
      hint: 'Write for example "db:10.0.0.5" or "host.docker.internal:host-gateway".',
    },
  );
}

/** A name must not be able to add lines or fields. */
function checkName(name: string): string {
  if (/^[^\s#\0]{1,253}$/.test(name)) return name;
  throw new CaissonError('NETWORK_REQUEST_INVALID', `The host name "${name}" cannot stand in /etc/hosts`, {
    hint: 'Use letters, digits, dots and hyphens.',
  });
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
