// What is wrong with a request and can be said before anything is made.

import { constants } from 'node:os';
import { CaissonError } from '../../core/index.ts';
import { parseUlimit } from '../../runtime/index.ts';
import type { ContainerRequest } from '../types.ts';
import type { Configuration } from './configure.ts';
import { parsePublish } from './ports.ts';

/** Docker's least memory limit: below it a container's init cannot even start. */
const leastMemory = 6 * 1024 * 1024;

/** Throws for what cannot be started as asked: `PORT_INVALID`, `SIGNAL_UNKNOWN`, `WORKDIR_RELATIVE`, `LIMIT_INVALID`, `OPTIONS_CONFLICT` … */
export function checkRequest(
  request: ContainerRequest,
  { stopSignal, workingDirectory }: Configuration,
): void {
  for (const port of request.publish) parsePublish(port);
  for (const limit of request.ulimits) parseUlimit(limit);
  checkSignal(stopSignal);
  if (!workingDirectory.startsWith('/'))
    throw new CaissonError(
      'WORKDIR_RELATIVE',
      `The working directory "${workingDirectory}" is not absolute`,
      {
        hint: 'Begin it with "/".',
      },
    );
  checkLimits(request.resources);
  checkConflicts(request);
}

function checkSignal(signal: string): void {
  const name = signal.toUpperCase().replace(/^(?:SIG)?/, 'SIG');
  const number = Number(signal);
  if (Object.hasOwn(constants.signals, name) || /^SIGRTM(IN|AX)([+-]\d{1,2})?$/.test(name)) return;
  if (Number.isInteger(number) && number >= 1 && number <= 64) return;
  throw new CaissonError('SIGNAL_UNKNOWN', `There is no signal "${signal}"`, {
    hint: 'Use a name such as SIGTERM or KILL, or a number from 1 to 64.',
  });
}

function checkLimits({ memory, cpu }: ContainerRequest['resources']): void {
  const { limit = 0, swap = 0 } = memory ?? {};
  if (limit > 0 && limit < leastMemory)
    throw new CaissonError('LIMIT_INVALID', `A memory limit of ${limit} bytes is below the least of 6 MB`);
  if (swap > 0 && swap < limit)
    throw new CaissonError('LIMIT_INVALID', 'The limit of memory and swap together is below that of memory', {
      hint: '--memory-swap counts memory and swap together: give at least the value of --memory.',
    });
  const { quota, period = 100_000 } = cpu ?? {};
  if (quota !== undefined && quota < 1000)
    throw new CaissonError('LIMIT_INVALID', `${quota / period} CPUs are below the least of 0.01`);
}

function checkConflicts({ network, publish, publishAll, hostname, dns, extraHosts }: ContainerRequest): void {
  if (!network.startsWith('container:')) return;
  const refused = [
    ...(publish.length > 0 || publishAll ? ['-p'] : []),
    ...(hostname === undefined ? [] : ['--hostname']),
    ...(dns.length > 0 ? ['--dns'] : []),
    ...(extraHosts.length > 0 ? ['--add-host'] : []),
  ];
  if (refused.length > 0)
    throw new CaissonError('OPTIONS_CONFLICT', `${refused.join(', ')} cannot be used with "${network}"`, {
      hint: 'Ports, names and name servers are those of the container whose network is shared.',
    });
}
