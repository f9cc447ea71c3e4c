// Passing bytes on while checking that they are the ones expected.

import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { CaissonError } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import { parseDigest } from '../content/index.ts';

/** Yields the chunks of `source`; throws `BLOB_CORRUPT` at the end, or before a byte too many, when they are not as expected. */
export async function* verified(
  source: Readable,
  expected: { readonly digest?: Digest; readonly size: number },
): AsyncGenerator<Buffer> {
  const parts = expected.digest === undefined ? undefined : parseDigest(expected.digest);
  const hash = parts && createHash(parts.algorithm);
  let size = 0;
  for await (const chunk of source) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > expected.size) break;
    hash?.update(bytes);
    yield bytes;
  }
  if (size === expected.size && hash?.digest('hex') === parts?.hex) return;
  throw new CaissonError(
    'BLOB_CORRUPT',
    `The content of "${expected.digest ?? 'a file'}" is not what it was`,
    {
      hint: 'Run "caisson system check --repair", then build, load or pull the image again.',
    },
  );
}
