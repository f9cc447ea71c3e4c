// What the parts of the transport tell each other.

import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import type { HttpRequest } from '../types.ts';

/** One request to one URL, with its headers complete: no redirects, no tries. */
export interface Exchange extends Pick<HttpRequest, 'method' | 'url' | 'signal' | 'bulk' | 'intake'> {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable;
  /** Asked directly without one. */
  readonly proxy?: HttpProxy;
  /** Milliseconds for the connection to stand, and without a byte from the other side. */
  readonly connect: number;
  readonly idle: number;
  /** Looks names up for the connection, which is then made for such exchanges alone. */
  readonly lookup?: LookupFunction;
}

/** A proxy, and the variable that names it. */
export interface HttpProxy {
  readonly variable: string;
  /** With user and password, if there are any. */
  readonly url: URL;
}
