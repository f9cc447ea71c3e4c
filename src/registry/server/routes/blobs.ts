// end-2, end-10: blobs, whole or in part.

import type { OutgoingHttpHeaders } from 'node:http';
import { RegistryError } from '../errors.ts';
import { matchesTag } from '../http/conditions.ts';
import { pathMatcher } from '../http/paths.ts';
import { requestedRange } from '../http/ranges.ts';
import { reply, replyStream } from '../http/reply.ts';
import { replyFile } from '../http/reply-file.ts';
import type { Exchange, Route } from '../http/types.ts';
import type { OpenBlob, RegistryStorage } from '../storage/types.ts';
import { repositoryAccess } from './access.ts';
import { unknown } from './unknown.ts';

/** `/v2/<name>/blobs/<digest>` */
export function blobRoute(storage: RegistryStorage): Route {
  return {
    name: 'blob',
    match: pathMatcher('/v2/<name>/blobs/<digest>'),
    operations: {
      GET: { access: repositoryAccess('pull'), handle: (exchange) => getBlob(storage, exchange) },
      HEAD: { access: repositoryAccess('pull'), handle: (exchange) => headBlob(storage, exchange) },
      DELETE: { access: repositoryAccess('delete'), handle: (exchange) => deleteBlob(storage, exchange) },
    },
  };
}

async function headBlob(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '', digest = '' } = exchange.params;
  const blob = await storage.blob(name, digest);
  if (!blob) throw await unknown(storage, name, 'BLOB_UNKNOWN', `blob "${digest}"`);
  const headers = { ...blobHeaders(digest), 'content-length': blob.size };
  exchange.response.writeHead(200, headers).end();
}

async function getBlob(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '', digest = '' } = exchange.params;
  await using blob = await storage.openBlob(name, digest);
  if (!blob) throw await unknown(storage, name, 'BLOB_UNKNOWN', `blob "${digest}"`);
  const { headers } = exchange.request;
  if (matchesTag(headers['if-none-match'], digest)) reply(exchange, 304, blobHeaders(digest));
  else await sendBlob(exchange, blob);
}

async function sendBlob(exchange: Exchange, blob: OpenBlob): Promise<void> {
  const { range: asked, 'if-range': unlessChanged } = exchange.request.headers;
  const { digest, size } = blob;
  const range = isStale(unlessChanged, digest) ? undefined : requestedRange(asked, size);
  if (range === 'unsatisfiable') {
    throw new RegistryError('SIZE_INVALID', `The range "${asked}" lies outside of the blob's ${size} bytes`, {
      status: 416,
      headers: { 'content-range': `bytes */${size}` },
    });
  }
  const part = range ?? { start: 0, end: size };
  const { start, end } = part;
  const status = range ? 206 : 200;
  const headers = {
    ...blobHeaders(digest),
    'content-length': end - start,
    ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}),
  };
  const { fd } = blob;
  if (fd === undefined) await replyStream(exchange, status, headers, blob.read(start, end));
  else await replyFile(exchange, status, headers, { fd, read: blob.read }, part);
}

function isStale(unlessChanged: string | readonly string[] | undefined, digest: string): boolean {
  return unlessChanged !== undefined && !matchesTag(String(unlessChanged), digest);
}

/** What is named by its digest never changes. */
function blobHeaders(digest: string): OutgoingHttpHeaders {
  return {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    etag: `"${digest}"`,
    'accept-ranges': 'bytes',
    'cache-control': 'max-age=31536000',
  };
}

async function deleteBlob(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '', digest = '' } = exchange.params;
  const outcome = await storage.deleteBlob(name, digest);
  if (outcome === 'unknown') throw await unknown(storage, name, 'BLOB_UNKNOWN', `blob "${digest}"`);
  if (outcome === 'in use') {
    throw new RegistryError('DENIED', `A manifest of "${name}" refers to the blob "${digest}"`, {
      status: 405,
      headers: { allow: 'GET, HEAD' },
      hint: 'Delete the manifests that refer to it first.',
    });
  }
  reply(exchange, 202);
}
