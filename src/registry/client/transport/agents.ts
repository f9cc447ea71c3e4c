// Connections that are kept: an agent for plain HTTP, and one for HTTPS per way of trusting; of each one more for every proxy.

import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { createSecureContext, getCACertificates, type SecureContext, type TLSSocket } from 'node:tls';
import type { EndpointTls } from '../types.ts';
import type { HttpProxy } from './types.ts';

/** Gives agents; disposing closes all their connections. */
export interface Agents extends Disposable {
  /** For a URL, asked directly or through a proxy; `tls` counts for HTTPS only. */
  for(url: URL, tls: EndpointTls, proxy: HttpProxy | undefined): Agent;
  /** Takes in a connection that speaks HTTP/1.1, for the next request to its origin. */
  give(url: URL, tls: EndpointTls, socket: TLSSocket): void;
  /** Trusts the CAs of the system too from now on. */
  trustSystem(): void;
  trustsSystem(): boolean;
  /** How TLS is spoken: certificates and trust. */
  secure(tls: EndpointTls): SecureOptions;
}

/** What a TLS connection is made with. */
export interface SecureOptions {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

/** Agents without connections yet. */
export function createAgents(): Agents {
  const shared = {
    keepAlive: true,
    scheduling: 'lifo',
    maxFreeSockets: 32,
    highWaterMark: 1 << 20,
  } as const;
  const contexts = new Map<string, SecureOptions>();
  const agents = new Map<string, Agent>();
  let system = false;
  const secure = (tls: EndpointTls) =>
    entry(contexts, keyOf(tls), () => ({
      secureContext: secureContext(tls, system),
      rejectUnauthorized: !tls.skipVerify,
    }));
  const retired: Agent[] = [];
  const retire = (key: string, agent: Agent) => {
    agents.delete(key);
    retired.push(agent);
  };
  const agentFor = (url: URL, tls: EndpointTls, proxy?: HttpProxy) => {
    const href = proxy?.url.href;
    const options = { ...shared, ...(href ? { proxyEnv: { HTTP_PROXY: href, HTTPS_PROXY: href } } : {}) };
    return url.protocol === 'https:'
      ? entry(agents, `https ${href} ${keyOf(tls)}`, () => new SparingAgent({ ...options, ...secure(tls) }))
      : entry(agents, `http ${href}`, () => new Agent(options));
  };
  return {
    secure,
    for: agentFor,
    give(url, tls, socket) {
      const agent = agentFor(url, tls);
      if (agent instanceof SparingAgent) agent.give(url, socket);
      else socket.destroy();
    },
    trustSystem() {
      if (system) return;
      system = true;
      contexts.clear();
      for (const [key, agent] of agents) if (agent instanceof SecureAgent) retire(key, agent);
    },
    trustsSystem: () => system,
    [Symbol.dispose]() {
      for (const agent of retired) agent.destroy();
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** An agent that uses connections it is given before it makes others. */
class SparingAgent extends SecureAgent {
  readonly #spare = new Map<string, TLSSocket>();

  give(url: URL, socket: TLSSocket): void {
    const name = `${bareHost(url)}:${url.port || 443}`;
    this.#spare.get(name)?.destroy();
    this.#spare.set(
      name,
      socket.on('error', () => undefined),
    );
  }

  override createConnection(
    ...[options, done]: Parameters<SecureAgent['createConnection']>
  ): ReturnType<SecureAgent['createConnection']> {
    const name = `${options.host}:${options.port || 443}`;
    const given = this.#spare.get(name);
    this.#spare.delete(name);
    return given && !given.destroyed ? given : super.createConnection(options, done);
  }

  override destroy(): void {
    for (const socket of this.#spare.values()) socket.destroy();
    super.destroy();
  }
}

/** A URL's host as sockets want it: IPv6 addresses without brackets. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** A way of trusting, written down: endpoints that agree in it share connections. */
export function keyOf({ ca = [], cert, key, skipVerify }: EndpointTls): string {
  return JSON.stringify([ca, cert, key, skipVerify]);
}

/** Node's CAs are trusted beside those named; the system's too, once `system` is said: reading them takes longer than many a pull. */
function secureContext({ ca = [], cert, key, skipVerify }: EndpointTls, system: boolean): SecureContext {
  const more = skipVerify ? [] : [...ca, ...(system ? getCACertificates('system') : [])];
  return createSecureContext({
    ...(more.length > 0 ? { ca: [...new Set([...getCACertificates('default'), ...more])] } : {}),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}
