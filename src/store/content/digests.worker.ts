// The digest worker's entry: hashes bytes of a file while it is still written, off the main thread.

import { serveJobs } from '../../core/index.ts';
import type { Digest } from '../../oci/index.ts';
import type { DigestJob } from './digesting.ts';
import { followFile } from './following.ts';

serveJobs<DigestJob, Digest>(async ({ path, growth, expected, start }) => {
  using file = followFile(path, growth, expected, start);
  return await file.drain();
});
