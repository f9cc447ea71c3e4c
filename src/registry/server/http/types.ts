// How a request becomes an answer: exchanges, routes, and what is put around them.

import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request and its answer. */
export interface Exchange {
  readonly method: string;
  /** As it came, still percent-encoded, without the query; mirrors may put a registry's name before the repository's. */
  path: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the client goes away before the answer is complete, and when the server gives up waiting for it. */
  readonly signal: AbortSignal;
  /** The address of the other side. */
  readonly client: string;
  /** `performance.now()` of its beginning. */
  readonly begun: number;
  /** Bytes of the answer that the kernel took from a file: the socket does not count them. */
  sentByKernel: number;
  /** The route that answers it, once it is found. */
  route?: Route;
  params: Params;
  /** Who asks, once that is known. */
  user?: string;
  /** What the asker may do beside what the route asks for, where access is controlled: mounts from another repository, lists. */
  may?: (action: 'pull' | 'push' | 'delete', repository: string) => boolean;
  /** Counts bytes of the body that stay in memory until the answer. Throws `TOOMANYREQUESTS`. */
  hold?: (bytes: number) => void;
  /** The code of the error that was answered, for the access log. */
  errorCode?: string;
}

/** The named parts of a path, decoded and checked against their grammars. */
export type Params = Readonly<Record<string, string>>;

/** What the caller needs leave for. */
export type Access =
  | { readonly kind: 'repository'; readonly name: string; readonly action: 'pull' | 'push' | 'delete' }
  | { readonly kind: 'registry'; readonly action: 'base' | 'catalog' | 'metrics' }
  /** Anybody may: health, the token service itself. */
  | { readonly kind: 'public' };

/** Answers an exchange; what it throws is answered as JSON by the server. */
export type Handler = (exchange: Exchange) => Promise<void>;

/** Something done around each request: it calls `next` once, or answers by itself. */
export type Middleware = (exchange: Exchange, next: () => Promise<void>) => Promise<void>;

/** Refuses what is not allowed by throwing `UNAUTHORIZED` or `DENIED` (a {@link RegistryError} with a `www-authenticate` header). */
export type Authorize = (exchange: Exchange, access: readonly Access[]) => Promise<void>;

/** One method of a route. */
export interface Operation {
  /** What it needs leave for; the first is the main thing. */
  readonly access: (params: Params, query: URLSearchParams) => readonly Access[];
  readonly handle: Handler;
}

/** A path and what can be done there. */
export interface Route {
  /** For logs and metrics: `blob`, `manifest`, `upload`. */
  readonly name: string;
  /** Parts of the path or undefined; throws when the path is this route's, but a name or digest in it breaks the grammar. */
  readonly match: (path: string) => Params | undefined;
  /** By HTTP method. */
  readonly operations: Readonly<Partial<Record<string, Operation>>>;
}
