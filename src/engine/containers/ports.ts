// Published ports: `-p` and `-P` as bindings.

import { CaissonError } from '../../core/index.ts';
import type { PortBinding } from '../../network/index.ts';

const specPattern = /^(?:(?:(\[[0-9a-fA-F:]+\]|[0-9.]+):)?(\d*(?:-\d+)?):)?(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/;

/** The bindings of `[[address:]hostPort:]containerPort[/protocol]`, with ranges of equal length; throws `PORT_INVALID`. */
export function parsePublish(text: string): readonly PortBinding[] {
  const match = specPattern.exec(text);
  if (!match) throw invalid(text);
  const [, address, host = '', first, last, protocol = 'tcp'] = match;
  const [from, to] = [portNumber(text, first), portNumber(text, last ?? first)];
  const [hostFrom, hostTo] = hostRange(text, host);
  if (to < from || (host !== '' && hostTo - hostFrom !== to - from)) throw invalid(text);
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    containerPort: from + index,
    hostPort: host === '' ? 0 : hostFrom + index,
    ...(address === undefined ? {} : { hostAddress: address.replace(/[[\]]/g, '') }),
  }));
}

/** A binding to a free host port for each exposed port (`-P`). */
export function publishAll(exposed: readonly string[]): readonly PortBinding[] {
  return exposed.flatMap((port) => parsePublish(port));
}

function hostRange(text: string, host: string): readonly [number, number] {
  if (host === '') return [0, 0];
  const [first, last] = host.split('-');
  return [portNumber(text, first), portNumber(text, last ?? first)];
}

function portNumber(text: string, digits: string | undefined): number {
  const port = Number(digits);
  if (!(port > 0 && port < 65536)) throw invalid(text);
  return port;
}

function invalid(text: string): CaissonError {
  return new CaissonError('PORT_INVALID', `"${text}" is not a port to publish`, {
    hint: 'Expected [[address:]hostPort:]containerPort[/tcp|udp], like 8080:80.',
  });
}
