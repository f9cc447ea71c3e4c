// Kernel settings of a container: only those that belong to its namespaces may be set.

import { CaissonError } from '../../core/index.ts';
import type { SpecRequest } from './request.ts';

const ipcNames = new Set([
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
]);

/** Docker lets unprivileged processes bind low ports and ping, in network namespaces of the container's own. */
const networkDefaults = {
  'net.ipv4.ip_unprivileged_port_start': '0',
  'net.ipv4.ping_group_range': '0 2147483647',
} as const;

/** The settings of a container, by dotted name; throws `SYSCTL_INVALID` for one that would reach the host. */
export function sysctlsOf(
  request: Pick<SpecRequest, 'sysctls' | 'network' | 'sharesNetwork' | 'ipc'>,
): Readonly<Record<string, string>> {
  const asked = request.sysctls ?? {};
  for (const name of Object.keys(asked)) checkName(name, request);
  const ownNetwork = request.network !== 'host' && !request.sharesNetwork;
  return { ...(ownNetwork ? networkDefaults : {}), ...asked };
}

function checkName(name: string, { network, ipc }: Pick<SpecRequest, 'network' | 'ipc'>): void {
  if (!/^[a-zA-Z0-9_-]+([./][a-zA-Z0-9_-]+)+$/.test(name)) throw invalid(name, 'it is not a dotted name');
  const ofNetwork = name.startsWith('net.');
  const ofIpc = ipcNames.has(name) || name.startsWith('fs.mqueue.');
  if (!ofNetwork && !ofIpc) throw invalid(name, 'it is not separate for each container');
  if (ofNetwork && network === 'host') throw invalid(name, "the container uses the host's network");
  if (ofIpc && ipc === 'host') throw invalid(name, "the container uses the host's IPC namespace");
}

function invalid(name: string, reason: string): CaissonError {
  return new CaissonError('SYSCTL_INVALID', `The sysctl '${name}' cannot be set: ${reason}`, {
    hint: 'Set it on the host, or leave it out; containers may set net.*, fs.mqueue.* and kernel.{msg,sem,shm}* settings.',
  });
}
