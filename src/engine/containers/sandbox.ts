// A container's network: asked for in the background, with everything the spec needs of it known at once.

import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname as hostnameOfHost } from 'node:os';
import { join } from 'node:path';
import { CaissonError, type Scope } from '../../core/index.ts';
import type { NetworkMode, Sandbox } from '../../network/index.ts';
import type { NamespaceMode } from '../../runtime/index.ts';
import type { ContainerRecord } from '../../store/index.ts';
import type { ContainerRequest } from '../types.ts';
import type { Configuration } from './configure.ts';
import { parsePublish, publishAll } from './ports.ts';
import { runningContainer } from './running.ts';
import { findContainer, makesOwnNamespace, requestOf, type Services, type StartClaim } from './services.ts';

/** A network on its way. */
export interface Connection {
  readonly network: NamespaceMode;
  readonly hostname: string;
  /** The folder with the container's `hosts`, `resolv.conf` and `hostname`, written when `sandbox` is there. */
  readonly etc: string;
  readonly sandbox: Promise<Sandbox>;
}

/** What is to be connected. */
export interface ConnectionRequest {
  readonly id: string;
  readonly request: ContainerRequest;
  readonly configuration: Configuration;
  readonly claim: StartClaim;
}

/** Begins to make the network of a container; `undo` waits for it and takes it away. Throws `NETWORK_UNKNOWN`, `CONTAINER_NOT_RUNNING`. */
export async function connect(
  services: Services,
  wanted: ConnectionRequest,
  undo: Scope,
): Promise<Connection> {
  const { network } = services;
  const { id, request, claim } = wanted;
  const { mode, owner } = await networkMode(services, request.network);
  const name = owner ? hostnameOf(owner.id, requestOf(owner)) : hostnameOf(id, request);
  const etc = join(services.store.containerDirectory(owner?.id ?? id), 'etc');
  const sandbox = createSandbox(services, wanted, { mode, hostname: name, etc: owner ? undefined : etc });
  // Whoever waits for it sees its failure; until then it must not count as unhandled.
  sandbox.catch(() => undefined);
  undo.defer(async () => {
    await sandbox.catch(() => undefined);
    await network.remove(claim.sandbox);
  });
  return { network: namespaceOf(services, wanted, mode), hostname: name, etc, sandbox };
}

/** The launcher makes the namespaces of its containers; an OCI runtime enters one that is there. */
function namespaceOf(
  { network }: Services,
  { request, claim }: ConnectionRequest,
  mode: NetworkMode,
): NamespaceMode {
  if (makesOwnNamespace(request) && (mode.kind === 'bridge' || mode.kind === 'none')) return 'private';
  const path = network.namespacePath(claim.sandbox, mode);
  return path === undefined ? 'host' : { path };
}

/** The name a container has by itself. */
export function hostnameOf(id: string, { hostname, network }: ContainerRequest): string {
  return hostname ?? (network === 'host' ? hostnameOfHost() : id.slice(0, 12));
}

async function createSandbox(
  { network }: Services,
  { request, configuration, claim }: ConnectionRequest,
  place: { readonly mode: NetworkMode; readonly hostname: string; readonly etc: string | undefined },
): Promise<Sandbox> {
  const sandbox = await network.create({
    id: claim.sandbox,
    mode: place.mode,
    ports: [
      ...request.publish.flatMap(parsePublish),
      ...(request.publishAll ? publishAll(configuration.exposedPorts) : []),
    ],
    hostname: place.hostname,
    extraHosts: request.extraHosts,
    dns: request.dns,
    ownNamespace: makesOwnNamespace(request),
  });
  if (place.etc !== undefined) writeFiles(place.etc, sandbox, place.hostname);
  return sandbox;
}

/** The files of /etc that belong to the container, written anew at each start. */
function writeFiles(folder: string, { hosts, resolvConf }: Sandbox, hostname: string): void {
  mkdirSync(folder, { recursive: true });
  const files = { hosts, 'resolv.conf': resolvConf, hostname: `${hostname}\n` };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), content, { mode: 0o644 });
}

async function networkMode(
  services: Services,
  text: string,
): Promise<{ readonly mode: NetworkMode; readonly owner?: ContainerRecord }> {
  if (text === 'bridge' || text === 'default') return { mode: { kind: 'bridge' } };
  if (text === 'host' || text === 'none') return { mode: { kind: text } };
  if (text.startsWith('container:')) {
    const owner = findContainer(services, text.slice('container:'.length));
    const { pid } = await runningContainer(services, owner);
    return { mode: { kind: 'container', pid }, owner };
  }
  throw new CaissonError('NETWORK_UNKNOWN', `There is no network "${text}"`, {
    hint: 'Use bridge, host, none or container:ID.',
  });
}
