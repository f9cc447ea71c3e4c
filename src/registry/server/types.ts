// The registry server: what it is made of, and how it is started and ended.

import type { Authorize, Middleware, Route } from './http/types.ts';
import type { RegistryStorage } from './storage/types.ts';

/** What a server is made of. Quotas and pull-through are storages around another one. */
export interface RegistryServerOptions {
  readonly storage: RegistryStorage;
  /** Further routes, asked before those of the distribution API: health, metrics, tokens, web pages. */
  readonly routes?: readonly Route[];
  /** Around every request, the outermost first: access log, metrics. */
  readonly middleware?: readonly Middleware[];
  /** Decides on each request once its route is known; anything goes when it is left out. */
  readonly authorize?: Authorize;
  /** Nothing can be pushed or deleted. */
  readonly readonly?: boolean;
  readonly tls?: TlsFiles;
  readonly limits?: Partial<Limits>;
  /** Told of what goes wrong on this side: answers with 5xx, a certificate that cannot be used. */
  readonly warn?: (message: string, error: unknown) => void;
}

/** Files in PEM; read anew when they change. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** What a client may ask of the server; sizes in bytes, times in milliseconds. */
export interface Limits {
  readonly manifestSize: number;
  readonly blobSize: number;
  /** Of the request line with all headers. */
  readonly headerSize: number;
  readonly urlLength: number;
  /** Connections at once. */
  readonly connections: number;
  /** Requests that send a body, at once: in all and of one address. */
  readonly uploads: number;
  readonly uploadsPerClient: number;
  /** Of bodies that are read whole, manifests above all: in all and of one client. */
  readonly bodyMemory: number;
  readonly bodyMemoryPerClient: number;
  /** Of a connection that waits for its next request. */
  readonly idleTimeout: number;
  /** From the connection's or the last answer's end to the headers' end. */
  readonly headersTimeout: number;
  /** Bytes a second that a body must come or go with, on an average of `slowPeriod`. */
  readonly slowestRate: number;
  readonly slowPeriod: number;
}

/** A running registry. */
export interface RegistryServer extends AsyncDisposable {
  /** Starts to answer on `address`, `127.0.0.1:5000` or `[::1]:0`; gives the one in use. Throws `ADDRESS_UNAVAILABLE`. */
  listen(address: string): Promise<ServerAddress>;
  /** Takes no new connections, lets requests end for `grace` milliseconds, then breaks them off. */
  close(options?: { readonly grace?: number }): Promise<void>;
  /** Reads certificate and key anew. */
  reloadTls(): Promise<void>;
}

/** Where a server answers. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:5000` */
  readonly url: string;
}
