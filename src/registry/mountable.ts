// Where a blob may be mounted from instead of being sent.

import type { Digest } from '../oci/index.ts';
import type { BlobSources } from '../store/index.ts';
import type { RemoteRepository } from './types.ts';

/** Paths of the repositories of the same registry that may have the blob, last seen first. */
export function mountable(
  digest: Digest,
  { name, domain }: Pick<RemoteRepository, 'name' | 'domain'>,
  sources: BlobSources,
): readonly string[] {
  return sources
    .of(digest)
    .filter((known) => known !== name && known.startsWith(`${domain}/`))
    .map((known) => known.slice(domain.length + 1));
}
