// end-5, end-6, end-13, end-14: an upload's chunks, its end, its state, and giving it up.

import type { IncomingMessage } from 'node:http';
import { parseDigest } from '../digests.ts';
import { RegistryError } from '../errors.ts';
import { bodyOf, lengthOf } from '../http/body.ts';
import { pathMatcher } from '../http/paths.ts';
import { chunkRange } from '../http/ranges.ts';
import { reply } from '../http/reply.ts';
import type { Exchange, Route } from '../http/types.ts';
import { blobTooLarge, outOfOrder } from '../storage/lengths.ts';
import type { RegistryStorage, Upload } from '../storage/types.ts';
import { repositoryAccess } from './access.ts';
import { progressHeaders, replyCreated, type UploadOptions } from './uploads.ts';

/** `/v2/<name>/blobs/uploads/<upload>` */
export function uploadRoute(storage: RegistryStorage, options: UploadOptions): Route {
  const receiving = new Map<string, IncomingMessage>();
  const append = takingOver(
    receiving,
    (exchange) => checkChunk(storage, options, exchange),
    (exchange) => appendBody(storage, options, exchange),
  );
  const access = repositoryAccess('push');
  return {
    name: 'upload',
    match: pathMatcher('/v2/<name>/blobs/uploads/<upload>'),
    operations: {
      PATCH: {
        access,
        handle: async (exchange) => reply(exchange, 202, progressHeaders(await append(exchange))),
      },
      PUT: { access, handle: (exchange) => finish(storage, append, exchange) },
      GET: {
        access,
        handle: async (exchange) => reply(exchange, 204, progressHeaders(await find(storage, exchange))),
      },
      DELETE: { access, handle: (exchange) => cancel(storage, exchange) },
    },
  };
}

type Append = (exchange: Exchange) => Promise<Upload>;

/**
 * A request for an upload ends the one before it: a client whose connection broke comes back while the old request still
 * seems to be alive here. One that is refused ends none.
 */
function takingOver(
  receiving: Map<string, IncomingMessage>,
  check: (exchange: Exchange) => Promise<void>,
  append: Append,
): Append {
  return async (exchange) => {
    await check(exchange);
    const { request, params } = exchange;
    const id = params['upload'] ?? '';
    receiving.get(id)?.destroy();
    receiving.set(id, request);
    try {
      return await append(exchange);
    } finally {
      if (receiving.get(id) === request) receiving.delete(id);
    }
  };
}

/** Refuses what its headers show to be wrong. Uploads only grow: what is not at the end now will not be at it later. */
async function checkChunk(
  storage: RegistryStorage,
  { blobSize }: UploadOptions,
  exchange: Exchange,
): Promise<void> {
  const upload = await find(storage, exchange);
  const length = lengthOf(exchange.request);
  const range = chunkRange(exchange.request.headers['content-range'], length);
  if (range && range.start !== upload.size)
    throw outOfOrder(range.start, upload.size, progressHeaders(upload));
  if (upload.size + (length ?? 0) > blobSize) throw blobTooLarge(blobSize);
}

async function appendBody(
  storage: RegistryStorage,
  { blobSize }: UploadOptions,
  exchange: Exchange,
): Promise<Upload> {
  const { request } = exchange;
  const { name = '', upload: id = '' } = exchange.params;
  const range = chunkRange(request.headers['content-range'], lengthOf(request));
  try {
    return await storage.appendUpload(name, id, bodyOf(request), {
      limit: blobSize,
      ...(range ? { start: range.start, length: range.end - range.start } : {}),
    });
  } catch (error) {
    const upload = range && isOutOfOrder(error) ? await storage.upload(name, id) : undefined;
    throw range && upload ? outOfOrder(range.start, upload.size, progressHeaders(upload)) : error;
  }
}

function isOutOfOrder(error: unknown): boolean {
  return error instanceof RegistryError && error.status === 416;
}

/** The client learns where to go on. */

async function finish(storage: RegistryStorage, append: Append, exchange: Exchange): Promise<void> {
  const { name = '', upload: id = '' } = exchange.params;
  const digest = exchange.query.get('digest');
  if (digest === null) {
    throw new RegistryError('DIGEST_INVALID', 'The parameter "digest" is missing', {
      hint: 'Close an upload with "?digest=" and the digest of the whole blob.',
    });
  }
  parseDigest(digest);
  if (hasBody(exchange.request)) await append(exchange);
  replyCreated(exchange, name, await storage.finishUpload(name, id, digest));
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || (lengthOf(request) ?? 0) > 0;
}

async function cancel(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '', upload: id = '' } = exchange.params;
  if (!(await storage.cancelUpload(name, id))) throw uploadUnknown(name, id);
  reply(exchange, 204);
}

async function find(
  storage: RegistryStorage,
  { params: { name = '', upload: id = '' } }: Exchange,
): Promise<Upload> {
  const upload = await storage.upload(name, id);
  if (!upload) throw uploadUnknown(name, id);
  return upload;
}

function uploadUnknown(name: string, id: string): RegistryError {
  return new RegistryError(
    'BLOB_UPLOAD_UNKNOWN',
    `The repository "${name}" has no upload "${id.slice(0, 100)}"`,
  );
}
