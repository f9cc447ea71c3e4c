// The network of one root: sandboxes made, found and taken away, all state in names and files.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CaissonError } from '../core/index.ts';
import { claimAddress, macOf } from './addresses.ts';
import { ensureBridge, refreshRules } from './bridge.ts';
import { together } from './command.ts';
import { hostsFile } from './hosts.ts';
import { checkId, type Layout, layoutOf, type NetworkFolders } from './layout.ts';
import { linkOf, makeBridged, makeIsolated, publish } from './namespaces.ts';
import { removeBridge } from './orphans.ts';
import { claimPorts } from './ports.ts';
import { openRecord, recordPath } from './records.ts';
import { resolverFile } from './resolver.ts';
import { gatewayOf, subnetOf } from './subnet.ts';
import { findSandboxes, removeSandbox } from './traces.ts';
import type { Network, NetworkMode, Sandbox, SandboxRequest } from './types.ts';

/** The network of the root with these folders; nothing is made before the first sandbox. */
export function createNetwork(folders: NetworkFolders): Network {
  const layout = layoutOf(folders);
  return {
    namespacePath: (id, mode) => namespacePath(layout, id, mode),
    create: (request) => create(layout, request),
    remove: (id) => removeSandbox(layout, checkId(id)),
    list: () => findSandboxes(layout),
    dismantle: () => dismantle(layout),
  };
}

function namespacePath(layout: Layout, id: string, mode: NetworkMode): string | undefined {
  if (mode.kind === 'host') return undefined;
  return mode.kind === 'container' ? namespaceOf(mode.pid) : join(layout.namespaces, id);
}

async function create(layout: Layout, request: SandboxRequest): Promise<Sandbox> {
  checkId(request.id);
  const { mode } = request;
  if (mode.kind === 'host') return { ...files(layout, request), namespacePath: undefined };
  if (mode.kind === 'container') return { ...files(layout, request), namespacePath: namespaceOf(mode.pid) };
  if (mode.kind === 'none' && request.ownNamespace)
    return { ...files(layout, request), namespacePath: undefined };
  openRecord(layout, request);
  try {
    return await (mode.kind === 'none' ? createIsolated(layout, request) : createBridged(layout, request));
  } catch (error) {
    await removeSandbox(layout, request.id).catch(() => undefined);
    throw error;
  }
}

async function createIsolated(layout: Layout, request: SandboxRequest): Promise<Sandbox> {
  const made = { ...files(layout, request), namespacePath: join(layout.namespaces, request.id) };
  await makeIsolated(made.namespacePath);
  return made;
}

async function createBridged(layout: Layout, request: SandboxRequest): Promise<Sandbox> {
  const subnet = subnetOf(layout);
  const address = claimAddress(layout, subnet, request.id);
  const made = files(layout, request, address);
  const [ports] = await Promise.all([
    claimPorts(layout, recordPath(layout, request.id), request.ports ?? []),
    ensureBridge(layout, subnet),
  ]);
  const { id, ownNamespace = false } = request;
  const connection = { address, subnet, ports };
  const place = join(layout.namespaces, id);
  await together(
    ownNamespace ? publish(layout, id, connection) : makeBridged(layout, id, place, connection),
    refreshRules(layout, subnet),
  );
  const connected = { ...made, address, gateway: gatewayOf(subnet), macAddress: macOf(address), ports };
  return ownNamespace
    ? { ...connected, namespacePath: undefined, link: linkOf(layout, id, connection) }
    : { ...connected, namespacePath: place };
}

/** What every sandbox has; made first, because here the request's mistakes show. */
function files(layout: Layout, request: SandboxRequest, address?: string) {
  const usesGateway = request.extraHosts?.some((entry) => entry.endsWith('host-gateway')) ?? false;
  const gateway = !usesGateway || request.mode.kind === 'host' ? '127.0.0.1' : gatewayOf(subnetOf(layout));
  return {
    id: request.id,
    ports: [],
    hosts: hostsFile(request, address, gateway),
    resolvConf: resolverFile(request),
  } satisfies Partial<Sandbox>;
}

function namespaceOf(pid: number): string {
  const path = `/proc/${pid}/ns/net`;
  if (existsSync(path)) return path;
  throw new CaissonError(
    'NETWORK_UNAVAILABLE',
    `Process ${pid}, whose network is to be shared, is not running`,
    {
      hint: 'Start the container whose network is to be used first.',
    },
  );
}

async function dismantle(layout: Layout): Promise<boolean> {
  if (findSandboxes(layout).length > 0) return false;
  await removeBridge(layout);
  return true;
}
