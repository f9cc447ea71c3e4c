// Redirects: followed a few times, never with credentials to another place, never from HTTPS to HTTP.

import { CaissonError } from '../../../core/index.ts';
import type { HttpRequest, HttpResponse } from '../types.ts';
import { discard } from './discard.ts';
import { shownUrl } from './problems.ts';

const mostRedirects = 10;
const secret: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Sends by `once` and follows the answers. Throws `REGISTRY_ERROR` for redirects that lead nowhere or out of safety. */
export async function followRedirects(
  request: HttpRequest,
  once: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> {
  let asked = request;
  for (let count = 0; ; count++) {
    const response = await once(asked);
    const next = redirected(asked, response);
    if (!next) return response;
    discard(response);
    if (count === mostRedirects)
      throw new CaissonError(
        'REGISTRY_ERROR',
        `"${shownUrl(request.url)}" redirects more than ${mostRedirects} times, the last time to "${shownUrl(next.url)}"`,
        { hint: 'The registry or a proxy before it is set up wrongly.' },
      );
    asked = next;
  }
}

function redirected(request: HttpRequest, response: HttpResponse): HttpRequest | undefined {
  const location = response.headers['location'];
  if (!isRedirect(request, response.status) || typeof location !== 'string') return undefined;
  const url = target(location, response.url);
  if (request.secretBody && request.body && url.origin !== response.url.origin) return undefined;
  const headers =
    url.origin === response.url.origin
      ? request.headers
      : Object.fromEntries(
          Object.entries(request.headers ?? {}).filter(([name]) => !secret.has(name.toLowerCase())),
        );
  return { ...request, url, ...(headers ? { headers } : {}) };
}

/** Other methods are repeated only where the status says that they are to stay what they are. */
function isRedirect({ method }: HttpRequest, status: number): boolean {
  if (status === 307 || status === 308) return true;
  return (method === 'GET' || method === 'HEAD') && (status === 301 || status === 302 || status === 303);
}

function target(location: string, base: URL): URL {
  if (!URL.canParse(location, base.href)) throw refused(base, 'to something that is not a URL');
  const url = new URL(location, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused(base, `to "${url.protocol}"`);
  if (base.protocol === 'https:' && url.protocol === 'http:')
    throw refused(base, `from HTTPS to "${url.origin}"`);
  return url;
}

function refused(base: URL, where: string): CaissonError {
  return new CaissonError('REGISTRY_ERROR', `"${shownUrl(base)}" redirects ${where}`, {
    hint: 'Only redirects to HTTPS, or from HTTP to HTTP, are followed.',
  });
}
