// end-12: the manifests that have a manifest as their subject.

import { mediaTypes } from '../../../oci/index.ts';
import { listedInBytes } from '../http/pages.ts';
import { pathMatcher } from '../http/paths.ts';
import { replyJson } from '../http/reply.ts';
import type { Exchange, Operation, Route } from '../http/types.ts';
import type { RegistryStorage } from '../storage/types.ts';
import { repositoryAccess } from './access.ts';

/** `/v2/<name>/referrers/<digest>`; an empty list where nothing is known, never 404, which would say there is no such API. */
export function referrersRoute(storage: RegistryStorage): Route {
  const operation: Operation = {
    access: repositoryAccess('pull'),
    handle: (exchange) => listReferrers(storage, exchange),
  };
  return {
    name: 'referrers',
    match: pathMatcher('/v2/<name>/referrers/<digest>'),
    operations: { GET: operation, HEAD: operation },
  };
}

async function listReferrers(storage: RegistryStorage, exchange: Exchange): Promise<void> {
  const { name = '', digest = '' } = exchange.params;
  const artifactType = exchange.query.get('artifactType');
  const { entries, headers } = await listedInBytes(
    exchange,
    (page) =>
      storage.referrers(name, digest, { ...page, ...(artifactType === null ? {} : { artifactType }) }),
    (descriptor) => descriptor.digest,
  );
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: entries };
  replyJson(exchange, 200, index, {
    ...headers,
    'content-type': mediaTypes.ociIndex,
    ...(artifactType === null ? {} : { 'oci-filters-applied': 'artifactType' }),
  });
}
