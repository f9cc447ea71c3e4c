// The transport: a request becomes tries, tries follow redirects, each step is one exchange over a kept connection.

import { Readable } from 'node:stream';
import type { Endpoint, EndpointTls, HttpRequest, HttpResponse, RetryPolicy, Transport } from '../types.ts';
import { createAgents, keyOf } from './agents.ts';
import { exchangeHttp1 } from './http1.ts';
import { exchangeHttp2 } from './http2.ts';
import { createPlainHosts, isAtEndpoint } from './plain.ts';
import { connectionProblem, isUnknownAuthority } from './problems.ts';
import { followRedirects } from './redirects.ts';
import { type KnownHosts, usualRetries, withRetries } from './retries.ts';
import { createSessions } from './sessions.ts';
import type { Exchange } from './types.ts';

/** How requests are sent. */
export interface TransportOptions {
  /** `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in both cases; default this process's environment. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly retries?: RetryPolicy;
  readonly userAgent?: string;
}

/** A transport; disposing it closes its connections, also those in use. */
export function createTransport(options: TransportOptions = {}): Transport {
  const { environment = process.env, retries = usualRetries, userAgent = 'caisson' } = options;
  const agents = createAgents(environment);
  const plain = createPlainHosts();
  const known: KnownHosts = new Set();
  const sessions = createSessions();
  const tunnels = Boolean(environment['https_proxy'] || environment['HTTPS_PROXY']);
  const deliver = async (exchange: Exchange, tls: EndpointTls): Promise<HttpResponse> => {
    if (exchange.url.protocol === 'https:' && !tunnels) {
      const opened = await sessions.open(exchange, keyOf(tls), agents.secure(tls));
      if (opened && 'request' in opened) return exchangeHttp2(opened, exchange);
      if (opened) agents.give(exchange.url, tls, opened);
    }
    return exchangeHttp1(agents.for(exchange.url, tls), exchange);
  };
  /** Certificates of companies are often known to the system only. */
  const deliverTrusting = (exchange: Exchange, tls: EndpointTls): Promise<HttpResponse> =>
    deliver(exchange, tls).catch((error: unknown) => {
      const fresh = !(exchange.body instanceof Readable) || !exchange.body.readableDidRead;
      if (tls.skipVerify || !fresh || !isUnknownAuthority(error) || !agents.trustSystem()) throw error;
      return deliver(exchange, tls);
    });
  const exchange = async (endpoint: Endpoint, request: HttpRequest): Promise<HttpResponse> => {
    const { method, url, signal, body } = request;
    const own = isAtEndpoint(endpoint, url);
    const headers = {
      'user-agent': userAgent,
      'accept-encoding': 'identity',
      ...(own ? endpoint.headers : {}),
      ...request.headers,
    };
    const tls = own ? endpoint.tls : withoutIdentity(endpoint.tls);
    const given = typeof body === 'function' ? await body() : body;
    try {
      const whole = { method, url, signal, headers, ...(given ? { body: given } : {}), ...endpoint.timeouts };
      return await deliverTrusting(whole, tls);
    } catch (error) {
      if (given instanceof Readable) given.destroy();
      signal.throwIfAborted();
      throw connectionProblem(url, error);
    }
  };
  return {
    send: (endpoint, request) =>
      withRetries(retries, known, request, () =>
        plain.withFallback(endpoint, request, (asked) =>
          followRedirects(asked, (step) => exchange(endpoint, step)),
        ),
      ),
    async [Symbol.asyncDispose]() {
      sessions[Symbol.dispose]();
      agents[Symbol.dispose]();
    },
  };
}

/** Hosts that a registry redirects to are trusted as it is, but do not learn who we are. */
function withoutIdentity({ ca, skipVerify }: EndpointTls): EndpointTls {
  return { ...(ca ? { ca } : {}), skipVerify };
}
