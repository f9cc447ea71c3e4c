// Blobs of a repository: whether one is there, and deleting it.

import type { Digest } from '../../../oci/index.ts';
import type { RequestOptions } from '../../types.ts';
import { discard } from '../transport/index.ts';
import type { Endpoint, Scope } from '../types.ts';
import { problemOf } from './answer.ts';
import { ask, askHeader, type Question } from './ask.ts';
import type { RepositoryAt } from './context.ts';
import { endpointsFor, endpointToPush, fromFirst } from './endpoints.ts';
import { checkedDigest } from './names.ts';

/** Bytes of a blob; undefined where no endpoint has it. */
export async function blobSize(
  at: RepositoryAt,
  digest: Digest,
  options: RequestOptions,
): Promise<number | undefined> {
  return fromFirst(endpointsFor(at, 'pull'), options, (endpoint) =>
    blobSizeAt(at, endpoint, digest, { repository: at.path, actions: ['pull'] }, options),
  );
}

/** Bytes of a blob at one endpoint. */
export async function blobSizeAt(
  at: RepositoryAt,
  endpoint: Endpoint,
  digest: Digest,
  scope: Scope,
  { signal }: RequestOptions,
): Promise<number | undefined> {
  const asked = blobQuestion(at, 'HEAD', digest, scope, signal);
  const response = await ask(at, endpoint, asked);
  if (response.status !== 200 && response.status !== 404)
    throw await problemOf(response, endpoint, asked.what);
  discard(response);
  const size = Number(response.headers['content-length'] ?? Number.NaN);
  return response.status === 200 && Number.isSafeInteger(size) ? size : undefined;
}

/** Deletes a blob. Throws `BLOB_NOT_FOUND`, `UNSUPPORTED`. */
export async function deleteBlob(
  at: RepositoryAt,
  digest: Digest,
  { signal }: RequestOptions,
): Promise<void> {
  const scope: Scope = { repository: at.path, actions: ['delete'] };
  await askHeader(at, endpointToPush(at), [202, 200, 204], blobQuestion(at, 'DELETE', digest, scope, signal));
}

/** A request for a blob. */
export function blobQuestion(
  { path }: RepositoryAt,
  method: Question['method'],
  digest: Digest,
  scope: Scope,
  signal: AbortSignal,
): Question {
  return {
    method,
    to: `${path}/blobs/${checkedDigest(digest)}`,
    what: `blob "${digest}" of "${path}"`,
    scope,
    signal,
  };
}
