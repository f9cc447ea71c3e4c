// Where a blob lies; the one place that turns a digest, which may be hostile, into a path.

import { join } from 'node:path';
import { CaissonError } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';

/** A digest taken apart: the algorithm as Node and the image layout name it, and the hex digits. */
export interface DigestParts {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
}

const forms = { sha256: /^sha256:([a-f0-9]{64})$/, sha512: /^sha512:([a-f0-9]{128})$/ } as const;

/** Takes a digest apart. Throws `DIGEST_INVALID`. */
export function parseDigest(digest: Digest): DigestParts {
  for (const algorithm of ['sha256', 'sha512'] as const) {
    const hex = forms[algorithm].exec(digest)?.[1];
    if (hex !== undefined) return { algorithm, hex };
  }
  throw new CaissonError('DIGEST_INVALID', `Digest "${String(digest).slice(0, 200)}" is invalid`, {
    hint: 'Expected "sha256:" and 64 lower-case hex digits.',
  });
}

/** The file of blob `digest` under the layout at `root`. Throws `DIGEST_INVALID`. */
export function blobPath(root: string, digest: Digest): string {
  const { algorithm, hex } = parseDigest(digest);
  return join(root, 'blobs', algorithm, hex);
}
