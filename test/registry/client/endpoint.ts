// Endpoints and clients for the tests: short pauses, and no configuration of this machine.

import { createRegistryClient, type RegistryClientOptions } from '../../../src/registry/client/index.ts';
import type { Endpoint, Hosts, RetryPolicy } from '../../../src/registry/client/types.ts';
import type { RegistryClient } from '../../../src/registry/types.ts';

/** Pauses of milliseconds. */
export const quick: RetryPolicy = {
  tries: 3,
  patientTries: 200,
  pause: 5,
  longestPause: 50,
  longestAsked: 2_000,
};

/** The endpoint at a URL: a registry that is asked for everything. */
export function endpointAt(url: string, changes: Partial<Endpoint> = {}): Endpoint {
  const base = new URL(url);
  return {
    domain: base.host,
    base,
    prefix: '',
    kind: 'registry',
    capabilities: new Set(['pull', 'resolve', 'push']),
    headers: {},
    tls: { skipVerify: false },
    timeouts: { connect: 5_000, idle: 5_000 },
    plainFallback: false,
    ...changes,
  };
}

/** Hosts with these endpoints for every registry. */
export function hostsAt(...endpoints: readonly Endpoint[]): Hosts {
  return { endpoints: () => endpoints };
}

/** A client of the endpoints. */
export function clientOf(
  endpoints: readonly Endpoint[],
  options: RegistryClientOptions = {},
): RegistryClient {
  return createRegistryClient({ hosts: hostsAt(...endpoints), retries: quick, environment: {}, ...options });
}

/** A signal that nobody aborts. */
export const unstopped = new AbortController().signal;
