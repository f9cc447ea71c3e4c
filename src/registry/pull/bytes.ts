// Small blobs and manifests by digest, read whole: from the store where they are there, else from the registry.

import { CaissonError } from '../../core/index.ts';
import { type Descriptor, sha256 } from '../../oci/index.ts';
import type { ContentStore } from '../../store/index.ts';
import type { RemoteManifest, RemoteRepository, RequestOptions } from '../types.ts';

const largest = 4 * 1024 * 1024;

/** Reads what manifests and indexes list. */
export interface BlobReader {
  /** A blob's bytes. Throws `BLOB_TOO_LARGE` over 4 MiB, `DIGEST_MISMATCH`, `BLOB_NOT_FOUND`. */
  bytes(descriptor: Descriptor, options: RequestOptions): Promise<Buffer>;
  /** Throws `MANIFEST_NOT_FOUND`, `DIGEST_MISMATCH`. */
  manifest(descriptor: Descriptor, options: RequestOptions): Promise<RemoteManifest>;
}

/** Reads from a repository what `content` does not have. */
export function blobReader(repository: RemoteRepository, content: ContentStore): BlobReader {
  const here = (digest: string): Buffer | undefined =>
    content.hold(digest) ? content.read(digest) : undefined;
  return {
    bytes: async (descriptor, options) => here(descriptor.digest) ?? bytesOf(repository, descriptor, options),
    async manifest(descriptor, options) {
      const bytes = here(descriptor.digest);
      return bytes ? { descriptor, bytes } : repository.manifest(descriptor.digest, options);
    },
  };
}

/** The bytes of a blob, verified. Throws `BLOB_TOO_LARGE` over 4 MiB, `DIGEST_MISMATCH`, `BLOB_NOT_FOUND`. */
async function bytesOf(
  repository: RemoteRepository,
  descriptor: Descriptor,
  options: RequestOptions,
): Promise<Buffer> {
  const { digest, size } = descriptor;
  if (size > largest) throw tooLarge(descriptor);
  const chunks: Buffer[] = [];
  for await (const chunk of await repository.blob(descriptor, options)) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const found = sha256(bytes);
  if (found === digest && bytes.length === size) return bytes;
  throw new CaissonError(
    'DIGEST_MISMATCH',
    `"${repository.domain}" gives ${bytes.length} bytes with the digest "${found}" for "${digest}" of ${size} bytes`,
    { hint: 'The registry or something between changed it; try again, or ask who runs the registry.' },
  );
}

function tooLarge({ digest, size }: Descriptor): CaissonError {
  return new CaissonError(
    'BLOB_TOO_LARGE',
    `The image config "${digest}" is said to have ${size} bytes, more than ${largest}`,
    { hint: 'Image configs are small; this is something else.' },
  );
}
