// What a repository is asked with.

import type { Authorizer, Endpoint, Hosts, RetryPolicy, Transport } from '../types.ts';
import type { Turns } from './turns.ts';

/** What is needed to send a request. */
export type Sender = Pick<RepositoryContext, 'transport' | 'authorizer'>;

/** What all repositories of a client share. */
export interface RepositoryContext {
  readonly hosts: Hosts;
  readonly transport: Transport;
  readonly authorizer: Authorizer;
  /** How broken transfers of blobs are taken up again. */
  readonly retries: RetryPolicy;
  /** For lists of referrers, which are read, changed and written. */
  readonly turns: Turns;
}

/** One repository and the endpoints that answer for it. */
export interface RepositoryAt extends RepositoryContext {
  readonly domain: string;
  /** Within the registry: `library/busybox`. */
  readonly path: string;
  /** In the order of trying. */
  readonly endpoints: readonly Endpoint[];
}
