// The compression worker's entry: one block at a time, off the main thread.

import { serveJobs } from '../../core/index.ts';
import { type BlockJob, type BlockResult, compressBlock } from './block-codec.ts';

serveJobs<BlockJob, BlockResult>((job) => {
  const result = compressBlock(job);
  // Blocks are large, and collecting garbage is late.
  (job.bytes.buffer as ArrayBuffer).transfer(0);
  return result;
});
