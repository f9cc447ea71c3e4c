// Putting manifests: those of an index at once, then the index itself.

import type { Descriptor } from '../../oci/index.ts';
import { sha256 } from '../../oci/index.ts';
import type { RemoteRepository } from '../types.ts';
import type { FinalManifest, PushWatch } from './types.ts';

/** What is put, and under which tag or digest. */
export interface PutManifests {
  readonly manifests: readonly FinalManifest[];
  readonly root: FinalManifest;
  readonly reference: string;
}

/** Puts the manifests when their blobs are there; gives the descriptor of the root. */
export async function putManifests(
  repository: RemoteRepository,
  { manifests, root, reference }: PutManifests,
  { signal }: Pick<PushWatch, 'signal'>,
): Promise<Descriptor> {
  const unique = new Map(manifests.map((manifest) => [sha256(manifest.bytes), manifest]));
  await Promise.all(
    [...unique].map(([digest, manifest]) => repository.putManifest(digest, manifest, { signal })),
  );
  const { mediaType, digest, size } = await repository.putManifest(reference, root, { signal });
  return { mediaType, digest, size };
}
