// The transport: a request becomes tries, tries follow redirects, each step is one exchange over a kept connection.

import { Readable } from 'node:stream';
import type { Endpoint, EndpointTls, HttpRequest, HttpResponse, RetryPolicy, Transport } from '../types.ts';
import { createDelivery } from './delivery.ts';
import { held } from './held.ts';
import { outwardLookup, refuseInward } from './inward.ts';
import { createPlainHosts, isAtEndpoint } from './plain.ts';
import { connectionProblem } from './problems.ts';
import { proxyFor } from './proxies.ts';
import { followRedirects } from './redirects.ts';
import { type KnownHosts, usualRetries, withRetries } from './retries.ts';
import type { Exchange, HttpProxy } from './types.ts';

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
  const plain = createPlainHosts();
  const known: KnownHosts = new Set();
  const delivery = createDelivery();
  // Kept connections were made by the lookups of others.
  const outwardDelivery = createDelivery();
  const exchange = async (endpoint: Endpoint, request: HttpRequest): Promise<HttpResponse> => {
    const { method, url, signal, body, outward } = request;
    const proxy = proxyFor(environment, url);
    if (outward) await refuseInward(url, signal);
    const own = isAtEndpoint(endpoint, url);
    const headers = {
      'user-agent': userAgent,
      'accept-encoding': 'identity',
      ...(own ? endpoint.headers : {}),
      ...request.headers,
    };
    const tls = own ? endpoint.tls : withoutIdentity(endpoint.tls);
    const given = typeof body === 'function' ? await body() : body;
    const { deliver } = outward ? outwardDelivery : delivery;
    try {
      return await deliver(
        { method, url, signal, headers, ...endpoint.timeouts, ...more(request, given, proxy) },
        tls,
      );
    } catch (error) {
      if (given instanceof Readable) given.destroy();
      signal.throwIfAborted();
      throw connectionProblem(url, error, proxy);
    }
  };
  return {
    send: (endpoint, request) =>
      withRetries(retries, known, request, async () => {
        const response = await plain.withFallback(endpoint, request, (asked) =>
          followRedirects(asked, (step) => exchange(endpoint, step)),
        );
        const isWanted = request.held !== undefined && response.status === 200;
        return isWanted ? held(response, request.held, request.signal) : response;
      }),
    async [Symbol.asyncDispose]() {
      delivery[Symbol.dispose]();
      outwardDelivery[Symbol.dispose]();
    },
  };
}

function more(
  { url, bulk, intake, outward }: HttpRequest,
  body: Exchange['body'],
  proxy: HttpProxy | undefined,
): Partial<Exchange> {
  return {
    ...(body ? { body } : {}),
    ...(proxy ? { proxy } : {}),
    ...(bulk ? { bulk } : {}),
    ...(intake ? { intake } : {}),
    ...(outward ? { lookup: outwardLookup(url) } : {}),
  };
}

/** Hosts that a registry redirects to are trusted as it is, but do not learn who we are. */
function withoutIdentity({ ca, skipVerify }: EndpointTls): EndpointTls {
  return { ...(ca ? { ca } : {}), skipVerify };
}
