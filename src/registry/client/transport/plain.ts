// Registries that may speak plain HTTP: HTTPS is tried first, and what was found out is kept, either way.

import { CaissonError, errnoOf } from '../../../core/index.ts';
import type { Endpoint, HttpRequest, HttpResponse } from '../types.ts';
import { isPlainAnswer } from './problems.ts';

/** Knows which endpoints speak plain HTTP. */
export interface PlainHosts {
  /** Sends by HTTPS, or by plain HTTP where the endpoint allows it and HTTPS is not spoken. */
  withFallback(
    endpoint: Endpoint,
    request: HttpRequest,
    send: (request: HttpRequest) => Promise<HttpResponse>,
  ): Promise<HttpResponse>;
}

/** Starts knowing nothing. */
export function createPlainHosts(): PlainHosts {
  const known = new Set<string>();
  // One that has spoken HTTPS and hangs up is starting again, or somebody wants to read along.
  const secure = new Set<string>();
  return {
    async withFallback(endpoint, request, send) {
      const { base, plainFallback } = endpoint;
      const may = plainFallback && base.protocol === 'https:' && request.url.origin === base.origin;
      if (!may) return send(request);
      if (known.has(base.host)) return send({ ...request, url: plain(request.url) });
      try {
        const response = await send(request);
        secure.add(base.host);
        return response;
      } catch (error) {
        if (secure.has(base.host) || !speaksNoTls(error)) throw error;
        const response = await send({ ...request, url: plain(request.url) });
        known.add(base.host);
        return response;
      }
    },
  };
}

/** Whether `url` is at the endpoint itself, which may know who we are. */
export function isAtEndpoint({ base, plainFallback }: Endpoint, url: URL): boolean {
  if (url.origin === base.origin) return true;
  return plainFallback && url.protocol === 'http:' && url.host === base.host;
}

function plain(url: URL): URL {
  const changed = new URL(url);
  changed.protocol = 'http:';
  return changed;
}

function speaksNoTls(error: unknown): boolean {
  if (!(error instanceof CaissonError) || error.code !== 'REGISTRY_UNREACHABLE') return false;
  const code = errnoOf(error.cause) ?? '';
  return isPlainAnswer(error.cause) || code === 'ECONNRESET' || code === 'ECONNREFUSED';
}
