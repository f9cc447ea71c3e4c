// Images that are written to a registry.

import { CaissonError } from '../../../core/index.ts';
import { formatReference, type Reference } from '../../../oci/index.ts';
import type { BlobSources } from '../../../store/index.ts';
import { mountable } from '../../mountable.ts';
import type { RemoteRepository } from '../../types.ts';
import type { ImageTarget } from '../types.ts';

/** The image becomes what `reference` names in its repository. Blobs that came before a failure stay without a manifest: the registry collects them. */
export function registryTarget(
  repository: RemoteRepository,
  reference: Reference,
  sources: BlobSources,
): ImageTarget {
  return {
    name: formatReference(reference),
    keepsReferrers: true,
    verifiesBlobs: false,
    allowsForeignLayers: true,
    async putBlob(blob, { signal, from, onProgress }) {
      const { digest } = blob.descriptor;
      const isNear = from !== undefined && from.domain === reference.domain && from.path !== reference.path;
      const known = mountable(digest, repository, sources);
      const outcome = await repository.pushBlob(blob, {
        signal,
        mountFrom: isNear ? [from.path, ...known] : known,
        ...(onProgress ? { onProgress } : {}),
      });
      sources.add([digest], repository.name);
      return outcome;
    },
    async putManifest({ descriptor, bytes }, options) {
      const { digest, mediaType } = descriptor;
      await repository.putManifest(digest, { bytes, mediaType }, options);
    },
    async finish({ descriptor, bytes }, options) {
      const { digest, mediaType } = descriptor;
      if (reference.digest !== undefined && reference.digest !== digest) throw otherDigest(reference, digest);
      const name = reference.tag ?? digest;
      await repository.putManifest(name, { bytes, mediaType }, options);
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

function otherDigest(reference: Reference, digest: string): CaissonError {
  return new CaissonError(
    'DIGEST_MISMATCH',
    `What is copied has the digest "${digest}", not that of "${formatReference(reference)}"`,
    { hint: 'Name the destination by a tag, or by the digest of what is copied (--all for a whole index).' },
  );
}
