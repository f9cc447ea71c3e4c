// A repository of a registry: its parts are in the files beside this one.

import type { RemoteRepository, RepositoryOptions } from '../../types.ts';
import { blobSize, deleteBlob } from './blobs.ts';
import type { RepositoryAt, RepositoryContext } from './context.ts';
import { openBlob } from './download.ts';
import { listTags } from './lists.ts';
import { getManifest, resolveManifest } from './manifests.ts';
import { splitName } from './names.ts';
import { pushBlob } from './push-blob.ts';
import { pushStream } from './push-stream.ts';
import { listReferrers } from './referrers.ts';
import { deleteWithSubject, putWithSubject } from './referrers-tag.ts';

/** A repository by its name, `docker.io/library/busybox`. Throws `REFERENCE_INVALID`. */
export function openRepository(
  context: RepositoryContext,
  name: string,
  options: RepositoryOptions = {},
): RemoteRepository {
  const { domain, path } = splitName(name);
  const at: RepositoryAt = { ...context, domain, path, endpoints: context.hosts.endpoints(domain, options) };
  return {
    name,
    domain,
    resolve: (reference, request) => resolveManifest(at, reference, request),
    manifest: (reference, request) => getManifest(at, reference, request),
    putManifest: (reference, manifest, request) => putWithSubject(at, reference, manifest, request),
    deleteManifest: (reference, request) => deleteWithSubject(at, reference, request),
    blobSize: (digest, request) => blobSize(at, digest, request),
    blob: (descriptor, request) => openBlob(at, descriptor, request),
    pushBlob: (blob, request) => pushBlob(at, blob, request),
    pushStream: (open, request) => pushStream(at, open, request),
    deleteBlob: (digest, request) => deleteBlob(at, digest, request),
    tags: (request) => listTags(at, request),
    referrers: (digest, request) => listReferrers(at, digest, request),
  };
}
