// Whether a file holds what its name says.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Digest } from '../../oci/index.ts';
import { parseDigest } from './digest-path.ts';

/** Hashes the file at `path`; throws when it cannot be read, and when it is not to go on. */
export async function hasDigest(path: string, digest: Digest, signal?: AbortSignal): Promise<boolean> {
  const { algorithm, hex } = parseDigest(digest);
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    signal?.throwIfAborted();
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex') === hex;
}
