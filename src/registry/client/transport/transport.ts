// The transport: a request becomes tries, tries follow redirects, each step is one exchange over a kept connection.

import type { Endpoint, EndpointTls, HttpRequest, HttpResponse, RetryPolicy, Transport } from '../types.ts';
import { createAgents } from './agents.ts';
import { exchangeHttp1 } from './http1.ts';
import { createPlainHosts, isAtEndpoint } from './plain.ts';
import { connectionProblem } from './problems.ts';
import { followRedirects } from './redirects.ts';
import { type KnownHosts, usualRetries, withRetries } from './retries.ts';

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
  const exchange = async (endpoint: Endpoint, request: HttpRequest): Promise<HttpResponse> => {
    const own = isAtEndpoint(endpoint, request.url);
    const { body } = request;
    const given = typeof body === 'function' ? await body() : body;
    try {
      return await exchangeHttp1(
        agents.for(request.url, own ? endpoint.tls : withoutIdentity(endpoint.tls)),
        {
          method: request.method,
          url: request.url,
          signal: request.signal,
          headers: {
            'user-agent': userAgent,
            'accept-encoding': 'identity',
            ...(own ? endpoint.headers : {}),
            ...request.headers,
          },
          ...(given ? { body: given } : {}),
          ...endpoint.timeouts,
        },
      );
    } catch (error) {
      request.signal.throwIfAborted();
      throw connectionProblem(request.url, error);
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
      agents[Symbol.dispose]();
    },
  };
}

/** Hosts that a registry redirects to are trusted as it is, but do not learn who we are. */
function withoutIdentity({ ca, skipVerify }: EndpointTls): EndpointTls {
  return { ...(ca ? { ca } : {}), skipVerify };
}
