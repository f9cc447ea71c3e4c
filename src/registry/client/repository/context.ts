// What a repository is asked with.

import type { Authorizer, Endpoint, Hosts, RetryPolicy, Transport } from '../types.ts';

/** What all repositories of a client share. */
export interface RepositoryContext {
  readonly hosts: Hosts;
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  /** How broken transfers of blobs are taken up again. */
  readonly retries: RetryPolicy;
}

/** One repository and the endpoints that answer for it. */
export interface RepositoryAt extends RepositoryContext {
  readonly domain: string;
  /** Within the registry: `library/busybox`. */
  readonly path: string;
  /** In the order of trying. */
  readonly endpoints: readonly Endpoint[];
}
