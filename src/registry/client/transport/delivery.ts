// How one exchange is carried: in bulk, over HTTP/2, or over HTTP/1.1.

import { Readable } from 'node:stream';
import type { EndpointTls, HttpResponse } from '../types.ts';
import { createAgents, keyOf } from './agents.ts';
import { exchangeBulk } from './bulk.ts';
import { exchangeHttp1 } from './http1.ts';
import { exchangeHttp2 } from './http2.ts';
import { isUnknownAuthority } from './problems.ts';
import { createSessions } from './sessions.ts';
import type { Exchange } from './types.ts';

/** Carries exchanges; disposing closes all connections. */
export interface Delivery extends Disposable {
  /** The answer; errors are Node's. */
  deliver(exchange: Exchange, tls: EndpointTls): Promise<HttpResponse>;
}

/** Delivery without connections yet; through proxies it is HTTP/1.1 always. */
export function createDelivery(): Delivery {
  const agents = createAgents();
  const sessions = createSessions();
  const unfit = new Set<string>();
  const secure = async (exchange: Exchange, tls: EndpointTls): Promise<HttpResponse> => {
    if (!exchange.proxy) {
      const session = await sessions.open(exchange, keyOf(tls), agents.secure(tls), (socket) =>
        agents.give(exchange.url, tls, socket),
      );
      if (session) return exchangeHttp2(session, exchange);
    }
    return exchangeHttp1(agents.for(exchange.url, tls, exchange.proxy), exchange);
  };
  const plain = async (exchange: Exchange, tls: EndpointTls): Promise<HttpResponse> => {
    const { origin } = exchange.url;
    if (exchange.bulk && !unfit.has(origin) && !exchange.proxy) {
      const answer = await exchangeBulk(exchange);
      if (answer) return answer;
      unfit.add(origin);
    }
    return exchangeHttp1(agents.for(exchange.url, tls, exchange.proxy), exchange);
  };
  return {
    async deliver(exchange, tls) {
      if (exchange.url.protocol === 'http:') return plain(exchange, tls);
      const trustedSystem = agents.trustsSystem();
      try {
        return await secure(exchange, tls);
      } catch (error) {
        // Certificates of companies are often known to the system only.
        const fresh = !(exchange.body instanceof Readable) || !exchange.body.readableDidRead;
        if (tls.skipVerify || trustedSystem || !fresh || !isUnknownAuthority(error)) throw error;
        agents.trustSystem();
        return secure(exchange, tls);
      }
    },
    [Symbol.dispose]() {
      sessions[Symbol.dispose]();
      agents[Symbol.dispose]();
    },
  };
}
