// A batch of files, hashed on a worker thread.

import { hashFile } from './hash-file.ts';

/** Paths (latin1 bytes, NUL between them) that one thread hashes at a stretch. */
export interface HashJob {
  readonly kind: 'hash';
  readonly paths: string;
}

/** Digests (32 bytes each) and states (device, inode, size, mtime, ctime) in the order of the job's paths. */
export interface HashResult {
  readonly digests: Uint8Array;
  readonly identities: Float64Array;
}

/** Carries out a job. Throws `CONTEXT_CHANGED` and system errors. */
export function hashBatch(job: HashJob): HashResult {
  const paths = job.paths.split('\0');
  const digests = new Uint8Array(paths.length * 32);
  const identities = new Float64Array(paths.length * 5);
  paths.forEach((path, at) => {
    const { digest, device, inode, size, mtime, ctime } = hashFile(path);
    digests.set(digest, at * 32);
    identities.set([device, inode, size, mtime, ctime], at * 5);
  });
  return { digests, identities };
}
