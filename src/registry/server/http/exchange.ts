// A request and its answer, as the handlers see them.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './types.ts';

/** Makes the exchange of a request that came from the address `client`. */
export function openExchange(request: IncomingMessage, response: ServerResponse, client: string): Exchange {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    request,
    response,
    signal: gone.signal,
    client,
    begun: performance.now(),
    sentByKernel: 0,
    params: {},
  };
}
