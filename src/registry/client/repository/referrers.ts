// Referrers: manifests whose subject is another; by the API, or by a tag where the registry has none.

import { type Descriptor, type Digest, mediaTypes } from '../../../oci/index.ts';
import type { RequestOptions } from '../../types.ts';
import type { Endpoint } from '../types.ts';
import type { Question } from './ask.ts';
import type { RepositoryAt } from './context.ts';
import { endpointsFor, fromFirst } from './endpoints.ts';
import { pages } from './lists.ts';
import { checkedDigest } from './names.ts';
import { isDescriptor, referrersInTag } from './referrers-tag.ts';

/** Manifests whose subject is `digest`, of one artifact type if that is asked for. */
export async function listReferrers(
  at: RepositoryAt,
  digest: Digest,
  options: RequestOptions & { readonly artifactType?: string },
): Promise<readonly Descriptor[]> {
  checkedDigest(digest);
  const { artifactType } = options;
  const byApi = await fromFirst(endpointsFor(at, 'resolve'), options, (endpoint) =>
    askedFor(at, endpoint, digest, options),
  );
  const all = byApi ?? (await referrersInTag(at, digest, options));
  return artifactType === undefined ? all : all.filter((found) => found.artifactType === artifactType);
}

/** Answers of registries that do not know the API. */
const absent: readonly number[] = [400, 404, 405, 501];

/** Undefined where the endpoint has no referrers API. */
async function askedFor(
  at: RepositoryAt,
  endpoint: Endpoint,
  digest: Digest,
  { signal, artifactType }: RequestOptions & { readonly artifactType?: string },
): Promise<readonly Descriptor[] | undefined> {
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const question: Question = {
    method: 'GET',
    to: `${at.path}/referrers/${digest}${query}`,
    what: `the referrers of "${digest}"`,
    scope: { repository: at.path, actions: ['pull'] },
    headers: { accept: mediaTypes.ociIndex },
    signal,
  };
  let found: Descriptor[] | undefined;
  for await (const { entries, response } of pages(at, endpoint, 'manifests', question, absent)) {
    if (!String(response.headers['content-type']).startsWith(mediaTypes.ociIndex)) return undefined;
    found ??= [];
    for (const entry of entries) if (isDescriptor(entry)) found.push(entry);
  }
  return found;
}
