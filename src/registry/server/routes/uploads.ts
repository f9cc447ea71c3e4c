// end-4, end-11: beginning an upload, pushing a blob in one request, mounting it from another repository.

import { isKnownDigest, parseDigest } from '../digests.ts';
import { bodyOf } from '../http/body.ts';
import { clientOf } from '../http/client.ts';
import { checkName, pathMatcher } from '../http/paths.ts';
import { reply } from '../http/reply.ts';
import type { Access, Exchange, Params, Route } from '../http/types.ts';
import type { BlobRecord, RegistryStorage, Upload } from '../storage/types.ts';

/** How uploads are taken. */
export interface UploadOptions {
  readonly blobSize: number;
  /** Whether a mount may look for the blob in any repository: not where repositories are open to different people. */
  readonly mountFromAny: boolean;
}

/** `/v2/<name>/blobs/uploads/` */
export function uploadsRoute(storage: RegistryStorage, options: UploadOptions): Route {
  const match = pathMatcher('/v2/<name>/blobs/uploads/');
  return {
    name: 'uploads',
    match: (path) => match(path.endsWith('/') ? path : `${path}/`),
    operations: {
      POST: { access: accessOf, handle: (exchange) => begin(storage, options, exchange) },
    },
  };
}

/** A mount also reads from the other repository. */
function accessOf({ name = '' }: Params, query: URLSearchParams): readonly Access[] {
  const from = query.get('from');
  const push: Access = { kind: 'repository', name, action: 'push' };
  if (from === null || query.get('mount') === null) return [push];
  checkName(from);
  return [push, { kind: 'repository', name: from, action: 'pull' }];
}

async function begin(storage: RegistryStorage, options: UploadOptions, exchange: Exchange): Promise<void> {
  const { name = '' } = exchange.params;
  const mounted = await mount(storage, options, exchange);
  if (mounted) return replyCreated(exchange, name, mounted);
  const digest = exchange.query.get('digest');
  if (digest !== null) return pushWhole(storage, options, exchange, digest);
  const upload = await storage.beginUpload(name, clientOf(exchange));
  const { chunkMinLength } = storage;
  reply(exchange, 202, {
    ...progressHeaders(upload),
    ...(chunkMinLength === undefined ? {} : { 'oci-chunk-min-length': chunkMinLength }),
  });
}

async function mount(
  storage: RegistryStorage,
  { mountFromAny }: UploadOptions,
  { params: { name = '' }, query, may }: Exchange,
): Promise<BlobRecord | undefined> {
  const digest = query.get('mount');
  if (!isKnownDigest(digest)) return undefined;
  const from = query.get('from') ?? undefined;
  // What cannot be mounted is uploaded: the caller need not learn that the other repository has it.
  if (from !== undefined && may?.('pull', from) === false) return undefined;
  return storage.mountBlob(name, digest, from ?? (mountFromAny ? undefined : name));
}

async function pushWhole(
  storage: RegistryStorage,
  { blobSize }: UploadOptions,
  exchange: Exchange,
  digest: string,
): Promise<void> {
  parseDigest(digest);
  const { name = '' } = exchange.params;
  const { id } = await storage.beginUpload(name, clientOf(exchange));
  try {
    await storage.appendUpload(name, id, bodyOf(exchange.request), { start: 0, limit: blobSize });
    replyCreated(exchange, name, await storage.finishUpload(name, id, digest));
  } catch (error) {
    await storage.cancelUpload(name, id);
    throw error;
  }
}

/** Says where the blob is. */
export function replyCreated(exchange: Exchange, name: string, { digest }: BlobRecord): void {
  reply(exchange, 201, { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest });
}

/** Where an upload goes on, and how far it is; an empty one says `0-0`, as Docker's registry does. */
export function progressHeaders({ repository, id, size }: Upload): Readonly<Record<string, string>> {
  return {
    location: `/v2/${repository}/blobs/uploads/${id}`,
    range: `0-${Math.max(size - 1, 0)}`,
    'docker-upload-uuid': id,
  };
}
