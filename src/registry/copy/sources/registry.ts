// Images that are read from a registry.

import { formatReference, type Reference } from '../../../oci/index.ts';
import type { RemoteRepository } from '../../types.ts';
import type { ImageSource } from '../types.ts';

/** The image of `reference` in its repository. */
export function registrySource(repository: RemoteRepository, reference: Reference): ImageSource {
  const asked = reference.digest ?? reference.tag ?? 'latest';
  return {
    name: formatReference(reference),
    repositoryOf: () => ({ domain: reference.domain, path: reference.path }),
    root: (options) => repository.manifest(asked, options),
    manifest: async ({ digest }, options) => (await repository.manifest(digest, options)).bytes,
    blob: (descriptor, options) => repository.blob(descriptor, options),
    referrers: (digest, options) => repository.referrers(digest, options),
    // The client's connections are shared.
    [Symbol.asyncDispose]: async () => {},
  };
}
