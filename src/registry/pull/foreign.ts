// Layers that a registry does not have but whose descriptor says where they are: those that must not be distributed.

import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Descriptor } from '../../oci/index.ts';

/** The bytes of a foreign layer from the first of its places that answers; undefined where there is none. Nothing is sent but the request. */
export async function openElsewhere(
  { mediaType, urls = [] }: Descriptor,
  offset: number,
  signal: AbortSignal,
): Promise<Readable | undefined> {
  if (!/nondistributable|\.foreign\./.test(mediaType) || !Array.isArray(urls)) return undefined;
  for (const url of urls.slice(0, mostPlaces)) {
    const bytes = await openUrl(String(url), offset, signal);
    if (bytes) return bytes;
  }
  return undefined;
}

const mostPlaces = 8;

async function openUrl(url: string, offset: number, signal: AbortSignal): Promise<Readable | undefined> {
  if (!/^https?:\/\//i.test(url)) return undefined;
  const headers = offset > 0 ? { range: `bytes=${offset}-` } : {};
  const response = await fetch(url, { headers, signal, credentials: 'omit' }).catch(() => undefined);
  signal.throwIfAborted();
  if (response?.body && response.status === (offset > 0 ? 206 : 200))
    return Readable.fromWeb(response.body as ReadableStream);
  await response?.body?.cancel();
  return undefined;
}
