// Digests of what came, by the algorithm that was asked for.

import { hash } from 'node:crypto';
import { CaissonError } from '../../../core/index.ts';
import type { Digest } from '../../../oci/index.ts';

/** The digest of `bytes` by the algorithm of `like`, SHA-256 where there is none. */
export function digestLike(bytes: Uint8Array, like: Digest | undefined): Digest {
  const algorithm = like?.startsWith('sha512:') ? 'sha512' : 'sha256';
  return `${algorithm}:${hash(algorithm, bytes)}`;
}

/** Throws `DIGEST_MISMATCH` unless `bytes` have the digest. */
export function verifyDigest(bytes: Uint8Array, digest: Digest, what: string): void {
  const actual = digestLike(bytes, digest);
  if (actual !== digest)
    throw new CaissonError(
      'DIGEST_MISMATCH',
      `The bytes of ${what} have the digest "${actual}", not "${digest}"`,
      {
        hint: 'The registry or something before it gives wrong content; try another mirror.',
      },
    );
}
