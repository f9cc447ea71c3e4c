// The worker thread that hashes files.

import { serveJobs } from '../../core/index.ts';
import { hashFile } from './hash-file.ts';
import type { HashJob, HashResult } from './hash-files.ts';

serveJobs<HashJob, HashResult>((job) => {
  const paths = job.paths.split('\0');
  const digests = new Uint8Array(paths.length * 32);
  const identities = new Float64Array(paths.length * 5);
  paths.forEach((path, at) => {
    const { digest, device, inode, size, mtime, ctime } = hashFile(path);
    digests.set(digest, at * 32);
    identities.set([device, inode, size, mtime, ctime], at * 5);
  });
  return { digests, identities };
});
